"""Signals reach compiled loops: Ctrl-C leaves them, other handlers run and they go on, nothing leaks.

The whole file runs again in each tier, and where every loop goes over to tier 2 at its first back edge. What would
never end without a signal is ended by one; no test measures how long that takes.
"""

import gc
import inspect
import os
import signal
import subprocess
import sys
import threading
import time
import traceback

import numpy as np
import pytest

import upshift
from upshift import _upshift, jit

FOREVER = 1 << 62
IS_FIRST = not any(name in os.environ for name in ("UPSHIFT_TIER", "UPSHIFT_OSR", "UPSHIFT_SYNC"))


@pytest.mark.parametrize("mode", ["1", "2", "stress"])
def test_every_tier(run_on_tier, mode):
    if not IS_FIRST:
        pytest.skip("this process has its tier")
    run_on_tier(__file__, mode)


def test_when_the_calling_thread_recompiles():
    if not IS_FIRST:
        pytest.skip("this process has its tier")
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", __file__]
    done = subprocess.run(command, env=os.environ | {"UPSHIFT_SYNC": "1"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_while_the_first_function_is_compiled():
    program = """
import signal
from upshift import jit

class Alarm(Exception):
    pass

def ring(signum, frame):
    raise Alarm

@jit
def forever():
    while True:
        pass

signal.signal(signal.SIGALRM, ring)
for turn in range(30):
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.001 + 0.0005 * turn)
        forever()
    except Alarm:
        pass
print("done")
"""
    if IS_FIRST:
        assert subprocess.run([sys.executable, "-c", program], capture_output=True).stdout == b"done\n"


@pytest.fixture(autouse=True)
def ctrl_c_is_not_ignored():
    """Shells start background jobs with Ctrl-C ignored, and then nothing would end the loops here."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class Alarm(Exception):
    pass


def compile_for(function, *args):
    """Makes a call of these types that ends at once."""
    small = {FOREVER: 1, -FOREVER: 1, 90: 2, 1.5: 0.0}
    function(*(arg * 0 - 1 if isinstance(arg, np.ndarray) else small.get(arg, arg) for arg in args))


@pytest.fixture
def alarm():
    """Calls a compiled function and has a handler of SIGALRM raise soon after; answers the exception."""

    def ring(signum, frame):
        raise Alarm

    def call(function, *args, delay=0.05):
        compile_for(function, *args)
        before = signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, delay)
        try:
            with pytest.raises(Alarm) as raised:
                function(*args)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        return raised.value

    return call


def compiled_frames(error):
    """The frames of functions of this file, and the lines of them, without those that called and the handler's."""
    frames = traceback.extract_tb(error.__traceback__)
    return [(frame.name, frame.line) for frame in frames if frame.name not in ("call", "ring", "_handle")]


@jit
def counted(n):
    total = 0
    for i in range(n):
        total += i & 3
    return total


@jit
def steps(n, by):
    total = 0
    for i in range(0, n, by):
        total ^= i
    return total


@jit
def downwards(n):
    total = 0.0
    for i in range(n, -n, -1):
        total = total * 0.5 + i
    return total


@jit
def while_true(x, n):
    while True:
        x = x * 5 + 1
        n -= 1
        if n == 0:
            return x


@jit
def while_counted(n):
    i, total = 0, 0
    while i < n:
        total += i
        i += 1
    return total


@jit
def while_float(x):
    while x != 0.0:
        x = x * 0.5 + 1.0
    return x


@jit
def nest(a, n):
    total = 0.0
    for i in range(n):
        for x in a:
            total += x * i
    return total


@jit
def with_ways_out(a, n):
    for i in range(n):
        if i == 77 and a[0] > 1.0:
            continue
        for x in a:
            if x < 0.0:
                break
        else:
            continue
        return i
    return -1


@jit
def calls_forever(n):
    total = 0
    for _ in range(3):
        total += counted(n)
    return total


@jit
def loops_over_calls(n):
    total = 0
    for i in range(n):
        total += counted(i & 7)
    return total


LOOPS = [
    (counted, FOREVER), (steps, FOREVER, 3), (steps, -FOREVER, -7), (downwards, FOREVER), (while_true, 3, FOREVER),
    (while_counted, FOREVER), (while_float, 1.5), (nest, np.ones(100), FOREVER), (nest, np.ones(10_000_000), FOREVER),
    (with_ways_out, np.ones(7), FOREVER), (loops_over_calls, FOREVER),
]  # fmt: skip


@pytest.mark.parametrize("case", LOOPS, ids=lambda case: case[0].__name__)
def test_a_handler_leaves_the_loop(alarm, case):
    function, *args = case
    arrays = [arg for arg in args if isinstance(arg, np.ndarray)]
    references = [sys.getrefcount(array) for array in arrays]
    error = alarm(function, *args)
    (name, line), *callees = compiled_frames(error)
    assert name == function.__name__ and set(dict(callees)) <= {"counted"}
    assert line in (text.strip() for text in inspect.getsource(function.py_func).splitlines()[2:])
    del error
    gc.collect()
    assert [sys.getrefcount(array) for array in arrays] == references


def test_the_frames_of_callers_are_there(alarm):
    calls_forever(1)
    frames = compiled_frames(alarm(calls_forever, FOREVER))
    assert [name for name, _ in frames] == ["calls_forever", "counted"]
    assert frames[0][1] == "total += counted(n)"


@jit
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


@jit
def is_even(n, depth):
    return 0 if depth == 0 else is_odd(n, depth - 1) + is_odd(n + 1, depth - 1)


@jit
def is_odd(n, depth):
    return 0 if depth == 0 else is_even(n, depth - 1) + is_even(n + 1, depth - 1)


@pytest.mark.parametrize("case", [(fib, 90), (is_even, 1, 90)], ids=["itself", "each other"])
def test_recursion_without_loops(alarm, case):
    error = alarm(*case)
    names = {name for name, _ in compiled_frames(error)}
    assert case[0].__name__ in names and names <= {"fib", "is_even", "is_odd"}
    assert len(compiled_frames(error)) > 5


def test_recursion_still_ends_with_the_stack():
    @jit
    def endless(n):
        return endless(n + 1) + 1 if n >= 0 else 0

    for _ in range(3):
        with pytest.raises(RecursionError, match="maximum recursion depth exceeded"):
            endless(0)
    assert fib(20) == 6765


@jit
def owned(a, n):
    kept = a[:3] + 1.0
    current = np.zeros(3)
    for i in range(n):
        part = current * 0.5
        if i % 3 == 0:
            kept = part
        current = part + a[:3]
    return current, kept


@jit
def holds_and_calls(a, n):
    mine = a * 2.0
    return owned(mine, n), mine


@jit
def whole_arrays(a):
    while a[0] >= 0.0:
        a = a * 0.5 + 1.0
    return a


@pytest.mark.parametrize("case", [(owned, FOREVER), (holds_and_calls, FOREVER), (whole_arrays,)],
                         ids=lambda case: case[0].__name__)  # fmt: skip
def test_references_are_dropped(alarm, case):
    function, *rest = case
    array = np.arange(50_000.0)
    references = sys.getrefcount(array)
    blocks = _upshift.live_blocks()
    for delay in (0.03, 0.05, 0.07):
        alarm(function, array, *rest, delay=delay)
        gc.collect()
        assert (_upshift.live_blocks(), sys.getrefcount(array)) == (blocks, references)


@pytest.mark.parametrize("case", [(counted, FOREVER), (nest, np.ones(9), FOREVER), (while_float, 1.5), (fib, 90)],
                         ids=lambda case: case[0].__name__)  # fmt: skip
def test_a_handler_that_does_not_raise_lets_the_loop_go_on(case):
    function, *args = case
    callers = []
    compile_for(function, *args)
    compile_for(counted, FOREVER)
    compile_for(fib, 90)

    def ring(signum, frame):
        callers.append(frame.f_code.co_name)
        assert counted(1000) == counted.py_func(1000) and fib(10) == 55
        if len(callers) == 4:
            raise Alarm
        signal.setitimer(signal.ITIMER_REAL, 0.02)

    before = signal.signal(signal.SIGALRM, ring)
    try:
        with pytest.raises(Alarm):
            signal.setitimer(signal.ITIMER_REAL, 0.02)
            function(*args)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert "test_a_handler_that_does_not_raise_lets_the_loop_go_on" in callers and len(callers) == 4


def send_soon(number):
    """A process that sends a signal to this one: a thread would have to wait for the loop to give up the GIL."""
    return subprocess.Popen(["sh", "-c", f"sleep 0.05; kill -{int(number)} {os.getpid()}"])


def test_handlers_that_are_set_while_the_process_runs():
    def first(signum, frame):
        raise Alarm("first")

    def second(signum, frame):
        raise KeyError("second")

    compile_for(counted, FOREVER)
    before = signal.signal(signal.SIGUSR1, first)
    try:
        for handler, expected in [(first, Alarm), (second, KeyError), (first, Alarm)]:
            signal.signal(signal.SIGUSR1, handler)
            with send_soon(signal.SIGUSR1), pytest.raises(expected):
                counted(FOREVER)
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_ctrl_c():
    compile_for(counted, FOREVER)
    with send_soon(signal.SIGINT), pytest.raises(KeyboardInterrupt) as raised:
        counted(FOREVER)
    assert str(raised.value) == ""
    assert counted(10) == counted.py_func(10)


@jit(nogil=True)
def without_gil(n):
    total = 0
    for i in range(n):
        total += i & 3
    return total


def test_without_the_gil(alarm):
    error = alarm(without_gil, FOREVER)
    assert [name for name, _ in compiled_frames(error)] == ["without_gil"]


def test_threads_do_not_take_the_signals_of_the_main_thread(alarm):
    n = 3_000_000
    expected = without_gil(n)
    found, has_ended = [], threading.Event()

    def work():
        while not has_ended.is_set():
            try:
                found.append(without_gil(n))
            except BaseException as error:
                found.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    [thread.start() for thread in threads]
    try:
        for function in (without_gil, counted, without_gil):
            alarm(function, FOREVER)
    finally:
        has_ended.set()
        [thread.join(60) for thread in threads]
    assert set(map(str, found)) == {str(expected)}


def test_the_main_thread_has_its_signals_while_others_compute():
    expected = without_gil(300_000_000)
    found, rings = [], []
    before = signal.signal(signal.SIGALRM, lambda signum, frame: rings.append(signum))
    thread = threading.Thread(target=lambda: found.append(without_gil(300_000_000)))
    thread.start()
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.01)
        while not rings:
            time.sleep(0.001)
    finally:
        thread.join(60)
        signal.signal(signal.SIGALRM, before)
    assert found == [expected]


@jit
def catches(n):
    total = 0
    try:
        for i in range(n):
            total += 1
    except KeyboardInterrupt:
        return -1
    return total


@jit
def cleans_up(a, n):
    made = a + 1.0
    for i in range(n):
        try:
            for j in range(n):
                made[0] += 1.0
        finally:
            a[0] = -1.0
    return made


def test_compiled_code_catches_ctrl_c(alarm):
    assert catches(10) == 10
    with send_soon(signal.SIGINT):
        assert catches(FOREVER) == -1
    alarm(catches, FOREVER)
    array = np.ones(3)
    alarm(cleans_up, array, FOREVER)
    assert array[0] == -1.0


def test_in_the_child_of_a_fork(alarm):
    alarm(counted, FOREVER, delay=0.02)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            alarm(counted, FOREVER)
            alarm(fib, 90)
            status = 0
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    alarm(fib, 90)


def test_compiled_code_works_after_all_that():
    assert upshift.wait_for_tier_up(60)
    for function, *args in [(counted, 100), (steps, 100, 7), (while_counted, 50), (nest, np.ones(3), 9)]:
        assert function(*args) == function.py_func(*args)
