"""The command `upshift`: run a script, explain its functions, measure it, or say what is installed."""

import os
import sys


def main(arguments=None):
    """Runs the command; the exit status."""
    import argparse

    from . import explain_command

    parser = argparse.ArgumentParser(prog="upshift", description="Compiles numeric Python while it runs.")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run a script", description="Runs a script as python would.")
    run.add_argument("--stats", action="store_true", help="print a table of compiled functions at exit")
    run.add_argument("--trace", metavar="FILE", help="write a trace for chrome://tracing and Perfetto")
    run.add_argument("--as-numba", action="store_true", help="serve 'import numba' from upshift")
    run.add_argument("script", metavar="SCRIPT")
    run.add_argument("arguments", metavar="ARGS", nargs=argparse.REMAINDER)
    described = "Runs a script, then says of each jitted function why it is in its tier and what became of its loops."
    explain = commands.add_parser("explain", help="why functions are as fast as they are", description=described)
    explain_command.add_arguments(explain)
    _bench_parser(commands, sys.argv[1:] if arguments is None else arguments)
    info = commands.add_parser("info", help="versions, tiers and configuration")
    tables = info.add_mutually_exclusive_group()
    tables.add_argument("--functions", action="store_true", help="the functions that compiled code may call")
    tables.add_argument("--language", action="store_true", help="the constructs and types that compiled code may use")
    tables.add_argument("--variables", action="store_true", help="the environment variables")
    options = parser.parse_args(arguments)
    if options.command == "run":
        return _run(options)
    if options.command == "explain":
        return explain_command.run(options)
    if options.command == "bench":
        from .bench import cli

        return cli.main(options)
    for table in ("functions", "language", "variables"):
        if getattr(options, table):
            from . import reference

            print(getattr(reference, table)())
            return 0
    return _info()


def _bench_parser(commands, arguments):
    """Its options are read only for who uses it: its modules, and NumPy with them, are no start-up cost of others."""
    if arguments[:1] == ["bench"]:
        from .bench import cli

        cli.add_parser(commands)
    else:
        commands.add_parser("bench", help="what compiling costs and buys for a program")


def _run(options):
    import runpy

    if options.stats:
        os.environ["UPSHIFT_STATS"] = "1"
    if options.trace:
        os.environ["UPSHIFT_TRACE"] = f"chrome:{options.trace}"
    if options.as_numba:
        serve_as_numba()
    if not os.path.exists(options.script):
        print(f"upshift: there is no script {options.script}", file=sys.stderr)
        return 2
    sys.argv = [options.script, *options.arguments]
    sys.path[0] = os.path.dirname(os.path.abspath(options.script))
    runpy.run_path(options.script, run_name="__main__")
    return 0


def serve_as_numba():
    """Makes `import numba` and its most used modules find upshift."""
    import upshift
    from upshift import config, errors, types

    modules = {"numba": upshift, "numba.core": upshift, "numba.types": types, "numba.core.types": types}
    sys.modules.update(modules | {"numba.core.errors": errors, "numba.errors": errors, "numba.core.config": config})


def _info():
    import platform

    import numpy

    import upshift
    from upshift import config

    tier2 = os.path.join(os.path.dirname(upshift.__file__), "libupshift_llvm.so")
    print(f"upshift   {upshift.__version__}")
    print(f"Python    {platform.python_version()} on {platform.machine()} {platform.system()}")
    print(f"NumPy     {numpy.__version__}")
    print("tier 1    Cranelift")
    print(f"tier 2    {'LLVM' if os.path.exists(tier2) else 'not installed'}")
    for name in dir(config):
        value = getattr(config, name)
        print(f"{name} = {'(default)' if value is None or value == '' else value}")
    return 0
