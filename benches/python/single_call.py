"""What does one long call cost in a fresh process? It begins in tier 1 and goes over to LLVM inside its loops.

The baseline is the settled time of LLVM's code for the same arguments. A call may take 1.25 times that and 50 ms: what
tier 1 computes until LLVM has compiled the loop, and the compilation, which another core runs beside it. Inputs grow
until LLVM's code takes a third of a second, or as far as memory goes. Answers are compared.

    python benches/python/single_call.py [KERNEL ...]
"""

import json
import os
import subprocess
import sys
import zlib

_LONG_NS = 300_000_000
_LARGEST = 1 << 27
# Arguments may grow 16 times at once.
_LARGEST_BYTES = 1 << 27
# Seconds for finding the size: some kernels take a moment at one, and hours at the next.
_PATIENCE_S = 60
_ALLOWED = 1.25
_ALLOWED_MS = 50.0


def measure(names=(), rounds=2):
    """Of each kernel: name, size, milliseconds settled and of a single call, the fastest of some processes, and tiers."""
    for name in names or _kernels():
        try:
            settled = _ask("settled", name, patience=_PATIENCE_S, UPSHIFT_TIER="2")
        except subprocess.TimeoutExpired:
            settled = None
        if settled is None:
            continue
        single = [_ask("single", name, settled["size"], UPSHIFT_TIER="auto") for _ in range(rounds)]
        best = min(single, key=lambda answer: answer["ms"])
        is_right = all(answer["answer"] == settled["answer"] for answer in single)
        yield name, best | {"settled_ms": settled["ms"], "size": settled["size"], "is_right": is_right}


def allowed_ms(row):
    """How long a single call may take."""
    return _ALLOWED * row["settled_ms"] + _ALLOWED_MS


def _kernels():
    from kernels import KERNELS

    return list(KERNELS)


def _ask(*request, patience=None, **environment):
    command = [sys.executable, __file__, "--here", *map(str, request)]
    environment = os.environ | environment
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, timeout=patience)
    return json.loads(done.stdout)


def _text(answer):
    """An answer, to compare; the bits of arrays."""
    import numpy as np

    items = answer if isinstance(answer, tuple) else (answer,)
    return [zlib.crc32(np.asarray(item).tobytes()) if np.ndim(item) else repr(item) for item in items]


def _timed(kernel, arguments):
    from time import perf_counter_ns

    start = perf_counter_ns()
    answer = kernel.function(*arguments)
    return perf_counter_ns() - start, answer


def _settled(name):
    """The size at which LLVM's code takes long, and how long; nothing if no size does."""
    from kernels import KERNELS

    kernel, size = KERNELS[name], KERNELS[name].timed
    kernel.function(*kernel.arguments(kernel.check))
    while size <= _LARGEST:
        arguments = kernel.arguments(size)
        time, answer = _timed(kernel, arguments)
        is_largest = sum(getattr(argument, "nbytes", 0) for argument in arguments) > _LARGEST_BYTES
        if time >= _LONG_NS or (is_largest and time >= _LONG_NS / 4):
            time = min(time, _timed(kernel, kernel.arguments(size))[0])
            return {"size": size, "ms": time / 1e6, "answer": _text(answer)}
        if is_largest:
            break
        size = size + kernel.step if kernel.step else size * 2 if time > _LONG_NS / 16 else size * 4
    return None


def _single(name, size):
    from kernels import KERNELS

    kernel = KERNELS[name]
    arguments = kernel.arguments(int(size))
    time, answer = _timed(kernel, arguments)
    [known] = kernel.function.specializations
    return {"ms": time / 1e6, "answer": _text(answer), "osr_entries": known.osr_entries, "tier2_ms": known.tier2_ms}


def _main():
    width = max(map(len, _kernels()))
    for name, row in measure(sys.argv[1:]):
        verdict = "ok" if row["is_right"] and row["ms"] <= allowed_ms(row) else "MISSED" if row["is_right"] else "WRONG"
        print(
            f"{name:{width}}  size {row['size']:>10}  settled {row['settled_ms']:8.1f} ms  single {row['ms']:8.1f} ms"
            f"  allowed {allowed_ms(row):8.1f} ms  {row['osr_entries']} entered  {verdict}",
            flush=True,
        )


if __name__ == "__main__":
    # The kernels' decorator is that of the compiler in this variable.
    os.environ["BENCH_ENGINE"] = "upshift"
    if sys.argv[1:2] == ["--here"]:
        print(json.dumps({"settled": _settled, "single": _single}[sys.argv[2]](*sys.argv[3:])))
    else:
        _main()
