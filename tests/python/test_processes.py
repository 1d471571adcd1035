"""How processes split and end: forks, exits in the middle of a compilation, threads and interpreters that die.

Each program runs in a process of its own, whose time is limited: a process that hangs is a failure.
"""

import os
import subprocess
import sys
import textwrap

import pytest

SECONDS = 60

# What the programs share: a function that LLVM takes long to compile, made hot so that it is at it. A thousand calls
# make hot.
LARGE = """
import atexit, gc, multiprocessing, os, signal, sys, threading, time
import upshift
from upshift import _upshift, jit

@jit
def add(a, b):
    return a + b

@jit(nogil=True)
def walk(n):
    x = 1
    for _ in range(n):
        x = (x * 1664525 + 1013904223) & 0xffffffff
    return x

def hot(function, *args):
    for _ in range(3000):
        function(*args)

def large(steps=400):
    lines = "".join(f"        if a > {step}: b = b * 1.5 + a\\n        else: b = b / 3 - a\\n" for step in range(steps))
    names = {}
    exec(f"def f(a, b):\\n    for k in range(2):\\n{lines}\\n    return b", names)
    return jit(names["f"])

def compiling():
    function = large()
    hot(function, 1.0, 2.0)
    return function
"""


def run(program, *arguments, code=0, tmp_path=None, **variables):
    """Runs a program; its standard output. Anything on stderr that the program does not expect is a failure."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("UPSHIFT_")}
    environment |= {"UPSHIFT_TIER2_CALLS": "2000", "UPSHIFT_TIER2_LOOPS": "100000"}
    source = LARGE + textwrap.dedent(program)
    if tmp_path is None:
        command = ["-c", source]
    else:
        file = tmp_path / "program.py"
        file.write_text(source)
        command = [str(file)]
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", *command, *map(str, arguments)],
        env={**environment, "UPSHIFT_TIER2_CALLS": "1000", **variables}, capture_output=True, text=True, timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout, done.stderr


def test_a_child_forked_during_a_compilation_goes_on():
    output, errors = run("""
        function = compiling()
        expected = function(1.0, 2.0)
        for round in range(5):
            child = os.fork()
            if child == 0:
                assert add(1, 2) == 3 and function(1.0, 2.0) == expected
                hot(add, 1, 2)
                assert upshift.wait_for_tier_up(60)
                assert add.specializations[0].tier == 2 and add(1, 2) == 3
                # What tier-up replaced is freed in the child, too.
                assert _upshift.census()["limbo"] == 0
                sys.exit(7)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
            hot(large(50 + round), 1.0, 2.0)
        print("parent")
    """)
    assert output == "parent\n" and errors == ""


def test_a_child_owes_nothing_to_the_threads_of_its_parent():
    output, errors = run("""
        hot(walk, 3)
        threads = [threading.Thread(target=walk, args=(300_000_000,)) for _ in range(3)]
        [thread.start() for thread in threads]
        time.sleep(0.05)
        child = os.fork()
        if child == 0:
            hot(add, 1, 2)
            assert upshift.wait_for_tier_up(60) and _upshift.census()["limbo"] == 0
            os._exit(7)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        [thread.join() for thread in threads]
        print(_upshift.census()["limbo"])
    """)
    assert output == "7\n0\n" and errors == ""


def test_forks_in_threads_that_compile_and_call():
    output, errors = run("""
        def work(number):
            for step in range(8):
                function = jit(eval(f"lambda x: x * {step} + {number}"))
                assert function(2) == 2 * step + number
                child = os.fork()
                if child == 0:
                    os._exit(0 if function(3) == 3 * step + number and jit(lambda x: x)(step) == step else 1)
                assert os.waitpid(child, 0)[1] == 0
                hot(function, 2)

        failures = []
        threading.excepthook = failures.append
        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        print(failures)
    """)
    assert output == "[]\n" and errors == ""


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing(method, tmp_path):
    output, errors = run(
        """
        def job(number):
            hot(add, number, 1)
            upshift.wait_for_tier_up(60)
            return add(number, 1), walk(number), add.specializations[0].tier

        if __name__ == "__main__":
            compiling()
            context = multiprocessing.get_context(sys.argv[1])
            with context.Pool(3) as pool:
                results = pool.map(job, range(12))
            assert results == [(number + 1, walk(number), 2) for number in range(12)], results
            with context.Pool(1) as pool:
                assert pool.apply(add, (1, 2)) == 3
            print("done")
        """,
        method,
        tmp_path=tmp_path,
    )
    assert output == "done\n" and errors == ""


@pytest.mark.parametrize("milliseconds", [0, 1, 3, 10, 30, 100])
@pytest.mark.parametrize("end", ["pass", "sys.exit(5)", "os._exit(5)", "1 / 0", "os.kill(os.getpid(), signal.SIGTERM)"])
def test_an_end_in_the_middle_of_a_compilation(end, milliseconds):
    code, told = {"pass": (0, ""), "1 / 0": (1, "ZeroDivisionError: division by zero")}.get(end, (5, ""))
    code = -15 if "SIGTERM" in end else code
    program = f"compiling()\nprint('leaving', flush=True)\ntime.sleep({milliseconds} / 1000)\n{end}"
    output, errors = run(program, code=code)
    assert output == "leaving\n"
    assert errors.strip().splitlines()[-1:] == ([told] if told else [])


@pytest.mark.parametrize("variable", ["UPSHIFT_SYNC=1", "UPSHIFT_TIER=2", "UPSHIFT_OSR=stress", "UPSHIFT_TRACE=1"])
def test_an_end_in_other_modes(variable):
    name, value = variable.split("=")
    output, errors = run("compiling()\nprint(add(1, 2))", **{name: value})
    assert output == "3\n"
    assert errors == "" or name == "UPSHIFT_TRACE" and "panicked" not in errors


def test_functions_work_until_the_last_exit_handler():
    output, errors = run("""
        def late():
            assert add(1, 2) == 3 and add(1.5, 2) == 3.5
            hot(add, 1, 2)
            print("late", upshift.wait_for_tier_up(1))

        def failing():
            raise KeyError("of the handler")

        # Handlers run last first: these come after the compiler's own, which the first compilation registers.
        atexit.register(late)
        atexit.register(failing)
        atexit.register(lambda: print(walk(1)))
        compiling()
        atexit.register(failing)
        atexit.register(lambda: print(add(1, 2)))
    """)
    assert output == "3\n1015568748\nlate True\n"
    assert errors.count("KeyError: 'of the handler'") == 2


def test_daemon_threads_return_to_an_interpreter_that_ends():
    output, errors = run("""
        class Slow:
            def write(self, text):
                pass

            def flush(self):
                # The interpreter flushes its streams when other threads may not have the GIL any more.
                time.sleep(0.2)

        def work():
            while True:
                walk(1_000_000)

        walk(1)
        for _ in range(4):
            threading.Thread(target=work, daemon=True).start()
        compiling()
        time.sleep(0.05)
        print("leaving", flush=True)
        sys.stdout = Slow()
    """)
    assert output == "leaving\n" and errors == ""


def test_threads_that_die():
    output, errors = run("""
        @jit(nogil=True)
        def divide(a, b):
            return a // b

        def work(number):
            walk(1000)
            divide(1, 0) if number % 2 else sys.exit()

        died = []
        threading.excepthook = lambda info: died.append(info.exc_type)
        for _ in range(50):
            threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
            [thread.start() for thread in threads]
            [thread.join() for thread in threads]
        assert sorted(died, key=str) == [SystemExit] * 100 + [ZeroDivisionError] * 100
        hot(divide, 4, 2)
        assert upshift.wait_for_tier_up(60)
        print(divide.specializations[0].tier, _upshift.census()["limbo"])
    """)
    assert output == "2 0\n" and errors == ""


def test_subinterpreters_are_refused():
    interpreters = pytest.importorskip("_xxsubinterpreters")
    assert interpreters.get_current() == interpreters.get_main()
    output, errors = run("""
        import _xxsubinterpreters as interpreters
        import warnings

        add(1, 2)
        for _ in range(2):
            other = interpreters.create()
            try:
                interpreters.run_string(other, f"import sys, warnings; sys.path[:] = {sys.path!r}\\n"
                    "warnings.simplefilter('ignore')\\nimport upshift")
            except interpreters.RunFailedError as error:
                print(error)
            interpreters.destroy(other)
        print(add(1, 2), jit(lambda x: x)(1))
    """)
    message = "<class 'ImportError'>: upshift does not support subinterpreters; import it in the main one"
    assert output == f"{message}\n{message}\n3 1\n" and errors == ""


def test_a_subinterpreter_that_comes_first_leaves_the_main_one_intact():
    source = """
import _xxsubinterpreters as interpreters, sys
other = interpreters.create()
try:
    interpreters.run_string(other, f"import sys, warnings; sys.path[:] = {sys.path!r}\\n"
        "warnings.simplefilter('ignore')\\nimport upshift")
except interpreters.RunFailedError as error:
    print("subinterpreters" in str(error))
interpreters.destroy(other)
import upshift
print(upshift.jit(lambda x: x + 1)(1))
"""
    pytest.importorskip("_xxsubinterpreters")
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "True\n2\n", done.stderr
