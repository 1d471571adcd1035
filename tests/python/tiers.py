"""The ways in which compiled code can run, as environment variables of a process."""

# One tier only, and tier 1 from where every loop goes over to tier 2 at its first back edge.
MODES = {
    "1": {"UPSHIFT_TIER": "1"},
    "2": {"UPSHIFT_TIER": "2"},
    "stress": {"UPSHIFT_TIER": "auto", "UPSHIFT_OSR": "stress"},
}
