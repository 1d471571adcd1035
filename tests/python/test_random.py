"""`random` in compiled code continues the interpreter's own stream, and `time` its clocks."""

import random
import time

import pytest

from upshift import errors, jit


def draws(n):
    total = 0.0
    for _ in range(n):
        total += random.random() + random.gauss(0.0, 1.0) + random.randrange(10)
    return total


def test_plain_and_compiled_calls_share_one_stream():
    compiled = jit(draws)
    random.seed(2026)
    expected = [draws(3), draws(700), random.random(), draws(2)]
    state = random.getstate()
    random.seed(2026)
    assert [compiled(3), draws(700), random.random(), compiled(2)] == expected
    assert random.getstate() == state


def test_a_generator_is_its_own_stream():
    @jit
    def twice(generator):
        return generator.random(), generator.random()

    generator, other = random.Random(5), random.Random(5)
    before = random.getstate()
    assert (*twice(generator), generator.random()) == (other.random(), other.random(), other.random())
    assert random.getstate() == before
    other.setstate(generator.getstate())
    assert twice(generator) == twice(other)


class Loaded(random.Random):
    def random(self):
        return 0.5


def test_generators_that_draw_otherwise_are_refused():
    @jit
    def first(generator):
        return generator.random()

    for generator in (Loaded(1), random.SystemRandom()):
        with pytest.raises(errors.TypingError, match="compiled code does not take"):
            first(generator)


def test_more_bits_than_an_int_has():
    @jit
    def bits(k):
        return random.getrandbits(k)

    assert 0 <= bits(63) < 2**63
    with pytest.raises(OverflowError, match="at most 63 random bits"):
        bits(64)


@pytest.mark.parametrize("name", ["time", "monotonic", "perf_counter", "process_time", "thread_time"])
def test_clocks_agree_with_pythons(name):
    clock, nanoseconds = getattr(time, name), getattr(time, name + "_ns")
    namespace = {"clock": clock, "nanoseconds": nanoseconds}
    exec("def both(): return clock(), nanoseconds(), clock()", namespace)
    before = clock(), nanoseconds()
    first, count, last = jit(namespace["both"])()
    after = clock(), nanoseconds()
    assert before[0] <= first <= last <= after[0] and before[1] <= count <= after[1]
    assert type(first) is float and type(count) is int and first * 1e9 - 1e6 <= count <= last * 1e9 + 1e6
