"""Fresh processes: starts a worker in a mode, collects what it tells, and ends it when its time is over.

Workers are in sessions of their own, so that Ctrl-C reaches only the process that reports; that one then ends them,
and keeps what they told.
"""

import json
import os
import pickle
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field

from . import modes

FOLDER = os.path.dirname(os.path.abspath(__file__))


@dataclass
class Outcome:
    """What became of a process: `ok`, `failed`, `timeout` or `interrupted`, and what it told."""

    status: str
    records: list
    error: str = ""
    # Of scripts.
    output: bytes = b""
    first_output: float | None = None
    # Is it the user's request that is wrong, and not the program?
    is_request_wrong: bool = False
    environment: dict = field(default_factory=dict)

    def first(self, kind):
        """The first record of a kind, or nothing."""
        return next((record for record in self.records if record["kind"] == kind), None)

    def last(self, kind):
        """The last record of a kind, or nothing."""
        return next((record for record in reversed(self.records) if record["kind"] == kind), None)


class Interrupted(Exception):
    """Ctrl-C, after what was measured is safe."""


def run(plan, mode, task, settings=(), **more):
    """Runs a task of the worker in a fresh process."""
    reading, writing = os.pipe()
    environment = modes.environment(mode, settings)
    with tempfile.TemporaryFile() as errors:
        request = _request(plan, mode, task) | more | {"descriptor": writing, "spawned": time.perf_counter()}
        process = subprocess.Popen(
            [modes.interpreter(mode, plan.numba_python), os.path.join(FOLDER, "worker.py"), json.dumps(request)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if task == "script" else subprocess.DEVNULL,
            stderr=errors,
            env=environment,
            pass_fds=(writing,),
            start_new_session=True,
        )
        os.close(writing)
        outcome = Outcome("ok", [], environment=environment)
        readers = [_reader(_read_records, reading, outcome.records)]
        if task == "script":
            readers.append(_reader(_read_output, process, outcome, request["spawned"]))
        outcome.status = _wait(process, plan.timeout)
        for reader in readers:
            # What the program started in a session of its own may hold the pipe for ever.
            reader.join(5.0)
        errors.seek(0)
        _explain(outcome, process.returncode, plan, errors.read().decode(errors="replace"))
    return outcome


def _request(plan, mode, task):
    target = plan.target
    folder = os.path.dirname(target.module) if target.module.endswith(".py") else os.getcwd()
    return {
        "task": task,
        "mode": mode.serves,
        "package": os.path.dirname(FOLDER),
        "folder": folder,
        "as_numba": target.as_numba,
        "module": target.module,
        "function": target.function,
        "script": target.module,
        "script_arguments": target.script_arguments,
        "arguments": target.arguments,
        "setup": target.setup,
        "jit": target.jit,
        "size": None,
        "budget": plan.budget,
        "checkpoints": plan.checkpoints,
    }


def _reader(function, *arguments):
    thread = threading.Thread(target=function, args=arguments, daemon=True)
    thread.start()
    return thread


def _read_records(descriptor, records):
    """Until the pipe is closed; a record that was cut off by the end of its process is dropped."""
    with os.fdopen(descriptor, "rb") as pipe:
        while True:
            try:
                records.append(pickle.load(pipe))
            except (EOFError, pickle.UnpicklingError):
                return


def _read_output(process, outcome, spawned):
    while chunk := process.stdout.read1(65536):
        if outcome.first_output is None:
            outcome.first_output = time.perf_counter() - spawned
        outcome.output += chunk
    process.stdout.close()


def _wait(process, timeout):
    try:
        process.wait(timeout)
        return "ok" if process.returncode == 0 else "failed"
    except subprocess.TimeoutExpired:
        return "timeout"
    except KeyboardInterrupt:
        return "interrupted"
    finally:
        # Whatever it started goes with it, or the pipes would stay open.
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()


def _explain(outcome, status, plan, errors):
    """One line for what went wrong."""
    told = outcome.first("target_error")
    script = outcome.first("script")
    if told is not None:
        outcome.is_request_wrong = True
        outcome.error = told["message"]
    elif outcome.status == "timeout":
        outcome.error = f"not done after {plan.timeout:g} s"
    elif outcome.status == "failed":
        error = outcome.first("error")
        outcome.error = error["message"] if error is not None else _ending(status, errors)
    elif outcome.status == "ok" and script is not None and script["status"] != 0:
        outcome.status = "failed"
        outcome.error = _ending(script["status"], errors)


def _ending(status, errors):
    lines = [line for line in errors.splitlines() if line.strip()]
    last = f": {lines[-1].strip()[:400]}" if lines else ""
    if status < 0:
        return f"ended by {signal.Signals(-status).name}{last}"
    return f"exit status {status}{last}"
