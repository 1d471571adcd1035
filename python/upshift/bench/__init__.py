"""`upshift bench`: the trade-off between compiling and running, measured for a program.

    cli         the command line                    plan        what is to be measured
    modes       the ways to run a program           processes   fresh processes, their time limits, Ctrl-C
    worker      what runs in them                   stand_ins   what `import upshift` finds there
    measuring   the whole of it, in turns           sweep       settings tried, and which to recommend
    answers     answers as plain data               agreement   whether all modes give the same ones
    break_even  curves and where they cross         timeline    when functions were compiled and swapped
    summary     figures computed from the results   report      as text and JSON
    plots       as charts                           page        as a report in one file
    progress    the bar

Results are plain data from the first module to the last; `measuring` says what is in them.
"""

from .measuring import measure
from .plan import Plan, PlanError, Target, parse_target
from .summary import summarize

__all__ = ["Plan", "PlanError", "Target", "measure", "parse_target", "summarize"]
