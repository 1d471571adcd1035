"""Threads compile, call and fork at once."""

import os
import threading

import numpy as np
import pytest

from upshift import jit


def run_all(work, count=6):
    failures = []

    def guarded(number):
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
    [thread.start() for thread in threads]
    [thread.join(60) for thread in threads]
    assert not any(thread.is_alive() for thread in threads), "threads wait for each other"
    assert not failures, failures


@pytest.mark.parametrize("nogil", [False, True])
def test_threads_compile_and_call_the_same_function(nogil):
    values = [1, 1.5, 2j, np.float32(2), np.int8(3), True]

    @jit(nogil=nogil)
    def double(x):
        return x + x

    def work(number):
        for _ in range(2_000):
            for value in values[number:] + values[:number]:
                assert double(value) == value + value

    run_all(work)


def test_nogil_lets_other_threads_run():
    @jit(nogil=True)
    def spin(n):
        total = 0
        for i in range(n):
            total += i & 3
        return total

    spin(1)
    ticks = []
    done = threading.Event()

    def tick():
        while not done.wait(0.001):
            ticks.append(1)

    ticker = threading.Thread(target=tick)
    ticker.start()
    spin(300_000_000)
    during = len(ticks)
    done.set()
    ticker.join()
    assert during >= 3


def test_a_forked_child_compiles():
    @jit
    def add(a, b):
        return a + b

    assert add(1, 2) == 3
    child = os.fork()
    if child == 0:
        os._exit(0 if add(1, 2) == 3 and add(1.5, 2) == 3.5 else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert add(2j, 1) == 1 + 2j


def test_a_fork_while_another_thread_compiles():
    stop = threading.Event()

    def compile_on():
        number = 0
        while not stop.is_set():
            number += 1
            assert jit(eval(f"lambda x: x * {number}"))(2) == 2 * number

    thread = threading.Thread(target=compile_on)
    thread.start()
    try:
        for _ in range(20):
            child = os.fork()
            if child == 0:
                os._exit(0 if jit(lambda x: x + 1)(1) == 2 else 1)
            assert os.waitpid(child, 0)[1] == 0
    finally:
        stop.set()
        thread.join()
