"""Everything at once: `python stress.py --seconds 60 --threads 16 --functions 200 --seed 1`.

Threads call functions with changing types and compare each result with plain Python's. Meanwhile functions get hot and
move to LLVM, calls and running loops; they are dropped and made anew while others are inside; tier-up is paused and
goes on; signal handlers run compiled code and raise; threads die and new ones start; the process forks. In the end all
that was made is gone: code, cells, functions, blocks of memory.

Prints what was done; the exit status is 1 if a result was wrong, or something stayed.
"""

import argparse
import gc
import os
import random
import signal
import sys
import threading
import time

# Before upshift reads them: a function is hot at once, so that LLVM has something to do all the time.
os.environ.setdefault("UPSHIFT_TIER2_CALLS", "50")
os.environ.setdefault("UPSHIFT_TIER2_LOOPS", "2000")

import numpy as np  # noqa: E402

import upshift  # noqa: E402
from upshift import _upshift, jit  # noqa: E402

# A family's source, and arguments that its functions take. `{k}` tells the functions of a family apart.
NUMBERS = [(3, 4), (2.5, -1), (1j, 2), (True, 7), (np.float32(1.5), np.int8(3)), (10**6, 0.5), (np.int64(5), 3 + 4j)]
COUNTS = [(0,), (1,), (17,), (3000,), (np.int32(200),), (True,)]
ARRAYS = [(np.arange(size, dtype=dtype),) for size in (0, 5, 300) for dtype in ("i4", "f4", "f8", "c16")]
FAMILIES = [
    ("def f(a, b):\n    return a * {k} + b", NUMBERS),
    ("def f(a, b):\n    if {k} % 2:\n        a, b = b, a\n    return (a - b, a == b, {k})", NUMBERS),
    ("def f(n):\n    x = {k}\n    for i in range(n):\n        x = (x * 1664525 + i) & 0xffffffff\n    return x", COUNTS),
    ("def f(n):\n    x = 0.5\n    for i in range(n):\n        for j in range(i & 3):\n"
     "            x = 3.7 * x * (1 - x)\n        if x > 2:\n            break\n    else:\n        x += {k}\n"
     "    return x", COUNTS),
    ("def f(a):\n    total = a[0]\n    for x in a:\n        total = total + x * {k}\n    return total", ARRAYS),
    ("def f(a):\n    b = np.empty(len(a))\n    for i in range(len(a)):\n        b[i] = {k} - i\n    return b[:3]", ARRAYS),
    ("def f(a, b):\n    return other(a, b) + {k}", NUMBERS),
    ("def f(n):\n    return {k} if n < 2 else f(n - 1) + f(n - 2)", [(3,), (8,), (5.0,)]),
    ("def f(a, b):\n    return {k} // (b - b)", [(1, 2), (1.5, 3)]),
    ("def f(a):\n    return a[len(a) + {k}]", ARRAYS),
]  # fmt: skip

# Iterations of a call that LLVM has time to overtake.
LONG = 30_000_000


class Interrupted(BaseException):
    """What a signal handler raises, as Ctrl-C raises KeyboardInterrupt."""


def outcome(function, arguments):
    """The result, comparable by bits and types, or the exception."""
    try:
        return describe(function(*arguments))
    except (ArithmeticError, IndexError) as error:
        return type(error), str(error)


def describe(value):
    if isinstance(value, np.ndarray):
        return value.dtype, value.shape, value.tobytes()
    if isinstance(value, tuple):
        return tuple(map(describe, value))
    return type(value), repr(value)


class Recipe:
    """A function in plain Python with what it answers to its arguments, and how to make it compiled."""

    def __init__(self, number):
        source, self.arguments = FAMILIES[number % len(FAMILIES)]
        self.source = source.format(k=number + 1)
        self.options = {"nogil": number // len(FAMILIES) % 2 == 1}
        plain = self.load(lambda function: function)
        self.expected = [outcome(plain, arguments) for arguments in self.arguments]

    def load(self, decorate):
        names = {"np": np}
        if "other" in self.source:
            exec("def other(a, b):\n    return a * b", names)
            names["other"] = decorate(names.pop("other"))
        exec(self.source, names)
        names["f"] = decorate(names["f"])
        return names["f"]

    def make(self):
        return self.load(jit(**self.options))


class Stress:
    """The functions and all that happens to them."""

    def __init__(self, options):
        self.options = options
        self.recipes = [Recipe(number) for number in range(options.functions)]
        self.functions = [recipe.make() for recipe in self.recipes]
        self.stop = threading.Event()
        self.failures = []
        done = ("calls", "dropped", "long calls", "threads", "pauses", "signals", "interrupts", "forks")
        self.counts = dict.fromkeys(done, 0)
        self.is_interruptible = False

    def call(self, rng):
        """Calls some function and compares."""
        position = rng.randrange(len(self.recipes))
        recipe, function = self.recipes[position], self.functions[position]
        for _ in range(rng.choice((1, 5, 60))):
            chosen = rng.randrange(len(recipe.arguments))
            got = outcome(function, recipe.arguments[chosen])
            self.counts["calls"] += 1
            if got != recipe.expected[chosen]:
                self.failures.append((recipe.source, recipe.arguments[chosen], recipe.expected[chosen], got))
                self.stop.set()

    def drop(self, rng):
        """Makes a function anew; others may be inside of the old one."""
        position = rng.randrange(len(self.recipes))
        self.functions[position] = self.recipes[position].make()
        self.counts["dropped"] += 1

    def call_long(self, nogil):
        """One long call of a new function, whose loop goes over to LLVM while it runs."""
        if jit(count, nogil=nogil)(LONG) != LONG - 1:
            self.failures.append("a long call is wrong")
            self.stop.set()
        self.counts["long calls"] += 1

    def work(self, seed):
        """A thread's life."""
        rng = random.Random(seed)
        try:
            for _ in range(rng.randrange(20, 200)):
                if self.stop.is_set():
                    return
                self.call(rng)
                if rng.random() < 0.2:
                    self.drop(rng)
                if rng.random() < 0.01:
                    self.call_long(nogil=True)
        except BaseException as error:  # noqa: BLE001
            self.failures.append(error)
            self.stop.set()
            raise

    def disturb(self, seed):
        """What happens beside the calls, until the end."""
        rng = random.Random(seed)
        while not self.stop.is_set():
            chosen = rng.random()
            if chosen < 0.3:
                with upshift.tiering.pause():
                    self.counts["pauses"] += 1
                    time.sleep(rng.random() / 100)
            elif chosen < 0.4:
                upshift.wait_for_tier_up(0.01)
            elif chosen < 0.5:
                gc.collect()
            elif chosen < 0.6:
                upshift.tier_report()
            elif chosen < 0.97:
                os.kill(os.getpid(), signal.SIGUSR1)
            else:
                self.fork()
            time.sleep(rng.random() / 200)

    def fork(self):
        child = os.fork()
        if child == 0:
            self.failures.clear()
            rng = random.Random(os.getpid())
            for _ in range(20):
                self.call(rng)
                self.drop(rng)
            os._exit(len(self.failures))
        self.counts["forks"] += 1
        if os.waitpid(child, 0)[1] != 0:
            self.failures.append("a child failed")
            self.stop.set()

    def handle_signal(self, *_):
        """Runs compiled code and compiles, wherever the main thread is; raises now and then."""
        self.counts["signals"] += 1
        rng = random.Random(self.counts["signals"])
        self.call(rng)
        self.drop(rng)
        if self.is_interruptible and rng.random() < 0.2:
            self.is_interruptible = False
            self.counts["interrupts"] += 1
            raise Interrupted

    def run(self):
        """The main thread's part: keeps threads alive, and calls for itself."""
        signal.signal(signal.SIGUSR1, self.handle_signal)
        seeds = iter(range(self.options.seed, sys.maxsize))
        disturbing = threading.Thread(target=self.disturb, args=(next(seeds),))
        disturbing.start()
        threads = []
        deadline = time.monotonic() + self.options.seconds
        while time.monotonic() < deadline and not self.stop.is_set():
            threads = [thread for thread in threads if thread.is_alive()]
            while len(threads) < self.options.threads:
                thread = threading.Thread(target=self.work, args=(next(seeds),))
                threads.append(thread)
                thread.start()
                self.counts["threads"] += 1
            try:
                self.is_interruptible = True
                self.call_long(nogil=False)
                self.is_interruptible = False
            except Interrupted:
                pass
        self.stop.set()
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        for thread in (disturbing, *threading.enumerate()):
            if thread is not threading.current_thread() and not thread.daemon:
                thread.join()
        upshift.wait_for_tier_up(60)
        reports = [row for function in self.functions for row in function.specializations]
        self.counts["specializations in tier 2"] = sum(row.tier == 2 for row in reports)


def count(n):
    """Long enough for a signal to come meanwhile."""
    last = 0
    for i in range(n):
        last = i
    return last


def settled():
    """What is alive when nothing is under way."""
    gc.collect()
    upshift.wait_for_tier_up(60)
    gc.collect()
    return {**_upshift.census(), "blocks": _upshift.live_blocks()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--functions", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sys.setswitchinterval(0.0005)
    jit(lambda x: x)(1)
    before = settled()
    stress = Stress(options)
    stress.run()
    counts, failures = stress.counts, stress.failures
    del stress
    after = settled()
    print(", ".join(f"{count} {name}" for name, count in counts.items()))
    for failure in failures[:5]:
        print("wrong:", failure)
    if after != before:
        print("left behind:", {name: (before[name], after[name]) for name in after if before[name] != after[name]})
    sys.exit(bool(failures) or after != before)


if __name__ == "__main__":
    main()
