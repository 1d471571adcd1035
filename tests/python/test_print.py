"""`print` of compiled code writes where Python's does, when it does."""

import contextlib
import enum
import io
import sys

import pytest

from upshift import jit


def everything(n, x, s):
    print()
    print(n, x, s, None, True, (n, s), 2j)
    print(s, n, sep="-", end="|")
    print(s, sep=None, end=None, flush=True)
    for i in range(2):
        print(i, end="")
    print(f"{x:.2f}", "é日\U0001f600", sep=s)
    return n


class Access(enum.Flag):
    READ = 1
    WRITE = 2


def members(access):
    print(access, access | Access.WRITE, access.value, end=f"{access!r:>20}")


class Slow(io.TextIOBase):
    """Counts flushes."""

    def __init__(self):
        self.parts = []
        self.flushes = 0

    def write(self, text):
        self.parts.append(text)
        return len(text)

    def flush(self):
        self.flushes += 1


def printed(function, *args):
    out = Slow()
    with contextlib.redirect_stdout(out):
        function(*args)
    return "".join(out.parts), out.flushes


@pytest.mark.parametrize("args", [(1, 2.5, "a"), (-3, 1e100, ""), (0, float("nan"), "\ud800")])
def test_it_prints_what_python_prints(args):
    assert printed(jit(everything), *args) == printed(everything, *args)


@pytest.mark.parametrize("number", range(4))
def test_it_prints_flags(number):
    assert printed(jit(members), Access(number)) == printed(members, Access(number))


def test_output_is_in_order_with_pythons(capsys):
    compiled = jit(everything)
    print("before")
    compiled(1, 2.0, "x")
    print("after")
    text = capsys.readouterr().out
    assert text.startswith("before\n\n1 2.0 x") and text.endswith("after\n")


def test_without_gil(capsys):
    @jit(nogil=True)
    def f(s):
        print(s, s + s)

    f("ab")
    assert capsys.readouterr().out == "ab abab\n"


def test_an_exception_of_the_stream_without_gil():
    class Broken(io.TextIOBase):
        def write(self, text):
            raise OSError("disk full: " + text)

    @jit(nogil=True)
    def f(s):
        try:
            print(s)
        except OSError:
            return "caught " + s
        return s

    with contextlib.redirect_stdout(Broken()):
        assert f("ab") == "caught ab"


def test_an_exception_of_the_stream_comes_out():
    class Broken(io.TextIOBase):
        def write(self, text):
            raise OSError("disk full: " + text)

    @jit
    def f(s):
        t = s + s
        print(t)
        return t

    @jit
    def g(s):
        try:
            print(s)
        except OSError:
            return "caught"
        return "printed"

    with contextlib.redirect_stdout(Broken()):
        with pytest.raises(OSError, match="disk full: abab"):
            f("ab")
        assert g("ab") == "caught"


def test_no_stream_is_no_error(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    jit(everything)(1, 2.0, "x")


@pytest.mark.parametrize("tier", ["1", "2"])
def test_on_one_tier(run_on_tier, tier):
    run_on_tier(__file__, tier)
