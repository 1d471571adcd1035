"""Recursion: deep, mutual, endless, on any thread. Endless recursion raises as in CPython and ends nothing."""

import threading

import pytest

from upshift import jit


@jit
def endless(n):
    if n < 0:
        return 0
    return endless(n + 1) + 1


@jit
def ping(n):
    if n < 0:
        return 1
    return pong(n + 1)


@jit
def pong(n):
    return ping(n + 2)


@jit
def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


@jit
def calls_both(n):
    return depth(n) + endless(n)


@pytest.mark.parametrize("function", [endless, ping, calls_both])
def test_endless_recursion_raises(function):
    for _ in range(3):
        with pytest.raises(RecursionError, match="^maximum recursion depth exceeded$"):
            function(5)


def test_recursion_may_be_deep():
    assert depth(20_000) == 20_000


def test_every_thread_knows_its_own_stack():
    seen = []

    def run():
        try:
            endless(0)
        except RecursionError as error:
            seen.append(str(error))
        seen.append(depth(1_000))

    threading.stack_size(1 << 20)
    try:
        threads = [threading.Thread(target=run) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        threading.stack_size(0)
    assert sorted(map(str, seen)) == ["1000"] * 3 + ["maximum recursion depth exceeded"] * 3


@pytest.mark.parametrize("tier", ["1", "2"])
def test_every_tier(run_on_tier, tier):
    run_on_tier(__file__, tier)
