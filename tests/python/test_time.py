"""The clocks of the module `time`: compiled code reads the same ones."""

import time

import pytest

from upshift import jit

CLOCKS = {
    "time": (lambda: time.time(), lambda: time.time_ns()),
    "monotonic": (lambda: time.monotonic(), lambda: time.monotonic_ns()),
    "perf_counter": (lambda: time.perf_counter(), lambda: time.perf_counter_ns()),
    "process_time": (lambda: time.process_time(), lambda: time.process_time_ns()),
    "thread_time": (lambda: time.thread_time(), lambda: time.thread_time_ns()),
}


@pytest.mark.parametrize("name", CLOCKS)
def test_a_compiled_clock_is_between_two_plain_ones(name):
    for plain in CLOCKS[name]:
        compiled = jit(plain)
        first, second, third = plain(), compiled(), plain()
        assert type(second) is type(first)
        assert first <= second <= third
