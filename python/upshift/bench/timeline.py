"""When each function was compiled, queued, and swapped: spans for a chart, from the trace of the tier manager."""

import contextlib
import json
import os
import tempfile

KINDS = ("compiling 1", "tier 1", "queued", "compiling 2", "compiling loop", "tier 2")


@contextlib.contextmanager
def trace_file():
    """A path for a trace, and the settings that make upshift write it."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "trace.json")
        yield path, {"UPSHIFT_TRACE": f"chrome:{path}"}


def read(path):
    """The spans of a trace file, in seconds after the first event; none if nothing was compiled."""
    if not os.path.exists(path):
        return []
    with open(path) as file:
        return spans(_events(file))


def _events(lines):
    """The events, one on a line. The process may have been ended within the last."""
    for line in lines:
        with contextlib.suppress(json.JSONDecodeError):
            event = json.loads(line.strip().rstrip(","))
            if isinstance(event, dict):
                yield event


def spans(events):
    """`{"function", "what", "start", "end"}`, `what` being one of `KINDS`, in the order in which they begin."""
    queued, running, found = {}, {}, []
    known = sorted((event for event in events if "ts" in event and "cat" in event), key=lambda event: event["ts"])
    if not known:
        return []
    origin = known[0]["ts"]
    for event in known:
        start = (event["ts"] - origin) / 1e6
        end = start + event.get("dur", 0.0) / 1e6
        name = event["name"].removeprefix(f"{event['cat']}: ")
        if event["cat"] == "tier1":
            found.append(_span(name, "compiling 1", start, end))
            running.setdefault(name, ("tier 1", end))
        elif event["cat"] == "tier2":
            is_loop = event.get("args", {}).get("for") == "a running loop"
            found.append(_span(name, "compiling loop" if is_loop else "compiling 2", start, end))
            if name in queued:
                found.append(_span(name, "queued", queued.pop(name), start))
        elif event["cat"] == "queued":
            queued[name] = start
        elif event["cat"] == "swapped" and name in running:
            found.append(_span(name, *running[name], start))
            running[name] = ("tier 2", start)
    # Room to see what runs in the end.
    end = max(span["end"] for span in found) * 1.15 + 1e-3 if found else 0.0
    found += [_span(name, what, start, end) for name, (what, start) in running.items()]
    found += [_span(name, "queued", start, end) for name, start in queued.items()]
    return _shorten([span for span in found if span["end"] > span["start"]])


def _span(function, what, start, end):
    return {"function": function, "what": what, "start": start, "end": max(start, end)}


def _shorten(found):
    """Functions without their signatures, where that does not make two of them one."""
    short = {}
    for name in {span["function"] for span in found}:
        short.setdefault(name.partition("(")[0], []).append(name)
    for span in found:
        name = span["function"].partition("(")[0]
        if len(short[name]) == 1:
            span["function"] = name
    return found
