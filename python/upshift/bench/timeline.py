"""When each function was compiled, queued, and swapped: spans for a chart, from the trace of the tier manager."""

import contextlib
import json
import os
import tempfile


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
    """`{"function", "what", "start", "end"}`: `compiling 1`, `tier 1`, `queued`, `compiling 2`, `tier 2`."""
    starts, found, running = {}, [], {}
    origin, last = None, 0.0
    for event in sorted(events, key=lambda event: event.get("ts", 0.0)):
        if "ts" not in event or "name" not in event:
            continue
        start, name = event["ts"] / 1e6, event["name"]
        origin = start if origin is None else origin
        start -= origin
        end = start + event.get("dur", 0.0) / 1e6
        last = max(last, end)
        tier = event.get("args", {}).get("tier")
        if event.get("ph") == "X" and tier in (1, 2):
            found.append(_span(name, f"compiling {tier}", start, end))
            if tier == 1:
                running.setdefault(name, ["tier 1", end])
            elif name in starts:
                found.append(_span(name, "queued", starts.pop(name), start))
        elif name.startswith("queued "):
            starts[name.removeprefix("queued ")] = start
        elif name.startswith("swapped "):
            name = name.removeprefix("swapped ")
            before = running.get(name)
            if before is not None and before[0] == "tier 1":
                found.append(_span(name, "tier 1", before[1], start))
                running[name] = ["tier 2", start]
    # Room to see what runs in the end.
    end = last * 1.15 + 1e-3
    found += [_span(name, what, start, end) for name, (what, start) in running.items()]
    return [span for span in found if span["end"] > span["start"]]


def _span(function, what, start, end):
    return {"function": function, "what": what, "start": start, "end": max(start, end)}
