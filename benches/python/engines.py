"""The compilers that are compared, each a process of its own."""

import os
import pathlib
import pickle
import subprocess
import sys

# Name: the environment that makes it.
ENGINES = {
    "tier1": {"BENCH_ENGINE": "upshift", "UPSHIFT_TIER": "1"},
    "tier2": {"BENCH_ENGINE": "upshift", "UPSHIFT_TIER": "2"},
    "numba": {"BENCH_ENGINE": "numba"},
}
HERE = pathlib.Path(__file__).parent


class Engine:
    """A worker process; `ask` sends a request and waits for its answer. Other environments than those above are for
    `builds.py`."""

    def __init__(self, name, environment=None):
        self.name = name
        self.process = subprocess.Popen(
            [sys.executable, HERE / "worker.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | (environment or ENGINES[name]),
        )

    def ask(self, *request):
        pickle.dump(request, self.process.stdin)
        self.process.stdin.flush()
        try:
            return pickle.load(self.process.stdout)
        except EOFError:
            status = self.process.wait()
            raise SystemExit(f"the process of {self.name} ended with status {status} when asked {request}") from None

    def close(self):
        self.process.stdin.close()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def run_fresh(program, **environment):
    """What a fresh process with this program prints, as a number."""
    environment = os.environ | environment
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout)
