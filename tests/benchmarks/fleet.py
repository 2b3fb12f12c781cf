"""A whole fleet on this machine: nothing lost, how long events wait for the engine, and what it costs.

    python -m tests.benchmarks.fleet [--mode direct|panel] [--servers 300] [--ramp 300,1000,3000,10000]
                                     [--seconds 30] [--lines 1] [--accounts 1] [--together] [--recipes FOLDER]

The daemon runs in a process of its own, with the recipes, 20 more rules and a journal; what plays Wings, and
the Panel with its limits, in another (`load/`), each on a core where there are two. Each server sends one
reading and some lines a second. Ten times a second one line asks for a message: from the print to the
message handed out is the whole way, sockets and both processes. Each size is a run of its own; memory at
the margin is what one server more takes, between two sizes that follow on one another.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

from automaton.pace.event_loop import fast_loop
from tests.benchmarks.fleet_daemon import FleetFigures, spread, watch
from tests.benchmarks.load.beside import daemon_beside
from tests.benchmarks.load.play import Fleet
from tests.benchmarks.load.played_panel import KIND

UP_WITHIN = 120.0  # seconds, beyond what the Panel's limit takes
A_SERVER = 0.05  # seconds more for each: ten times what it takes, for machines that are shared


def measured(fleet: Fleet, *, apart: bool) -> FleetFigures:
    """One run of this size, in two new processes. Exits where the daemon does not get so far."""
    within = UP_WITHIN + A_SERVER * fleet.servers + (bound(fleet) if fleet.accounts else 0.0)
    core = 1 if apart else None
    with daemon_beside(fleet, watch, core, within) as beside:
        try:
            figures: FleetFigures = beside.told.recv()
        except EOFError:
            sys.exit(f"no figures of {fleet.servers} servers: the daemon's process ended before")
    return figures


def bound(fleet: Fleet) -> float:
    """Seconds within which the Panel gives no more than these tokens and lists, however one asks."""
    pages = -(-fleet.servers // 100) * fleet.accounts
    minutes = (fleet.servers + pages) / (KIND.client_limit * max(1, fleet.accounts))
    return minutes * 60


def report(figures: FleetFigures, fleet: Fleet) -> None:
    """Prints one run."""
    sent, seconds = figures.sent, figures.seconds
    _say(f"{figures.servers} servers, {figures.rules} rules, {seconds:.0f} s")
    _say(
        f"  all up in {figures.up:.1f} s, {figures.up_cpu:.1f} s of processor "
        f"({1000 * figures.up_cpu / figures.servers:.2f} ms a server); longest lag {figures.up_lag:.2f} s"
    )
    if fleet.accounts:
        asked = sum(figures.asked.values())
        _say(
            f"  of the Panel: {asked} requests to {fleet.accounts} accounts, "
            f"{60 * asked / figures.up:.0f} a minute of {KIND.client_limit * fleet.accounts}, "
            f"{figures.asked.get('refused', 0)} refused; nobody is faster than {bound(fleet):.1f} s"
        )
    lost = sent.stats + sent.lines - figures.stats - figures.lines
    _say(
        f"  readings sent {sent.stats}, judged {figures.stats}; "
        f"lines sent {sent.lines}, judged {figures.lines}"
    )
    _say(
        f"  lost {lost}, overflows {figures.overflows}, sockets dropped {sent.dropped}, unsent {sent.unheard}"
    )
    _say(f"  events judged {figures.events / seconds:,.0f} a second")
    p50, p99, longest = (1000 * one for one in figures.lag)
    _say(f"  engine lag, ms: p50 {p50:.1f} p99 {p99:.1f} max {longest:.1f}")
    _say(f"  printed to message, ms: {spread(figures.pings)}; {len(figures.pings)} of {sent.pings}")
    empty, quiet, end = figures.memory
    _say(
        f"  daemon: {100 * figures.core:.0f} % of a core, "
        f"in wait for one {100 * figures.queued:.0f} % of the time; "
        f"{empty:.0f} MB empty, {quiet:.0f} up, {end:.0f} after"
    )
    _say(
        f"  load: {100 * sent.cpu / seconds:.0f} % of a core, behind by {1000 * sent.late:.0f} ms at most, "
        f"{sent.memory:.0f} MB"
    )


def margins(runs: list[FleetFigures]) -> None:
    """Prints what a server more takes, from each size to the next."""
    for few, many in pairwise(runs):
        more = many.servers - few.servers
        up, after = (1024 * (many.memory[at] - few.memory[at]) / more for at in (1, 2))
        core = 100 * (many.core - few.core) / more * 1000
        _say(
            f"from {few.servers} to {many.servers}: {up:.1f} kB a server up, {after:.1f} kB after; "
            f"{core:.1f} % of a core a thousand"
        )


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> None:
    """Prints the figures and the versions."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--mode", choices=("direct", "panel"), default="direct")
    options.add_argument("--servers", type=int, default=300)
    options.add_argument("--ramp", help="several sizes instead, with commas")
    options.add_argument("--seconds", type=float, default=30.0)
    options.add_argument("--lines", type=float, default=1.0, help="lines a second and server")
    options.add_argument("--accounts", type=int, default=1, help="of the Panel, each with its own limit")
    options.add_argument("--together", action="store_true", help="both processes may use all cores")
    options.add_argument("--recipes", type=Path, help="a folder of rules in the place of the recipes")
    asked = options.parse_args(arguments)
    loop = "uvloop" if fast_loop() else "asyncio"
    versions = ", ".join(f"{name} {version(name)}" for name in ("anyio", "httpx-ws", "google-re2", "msgspec"))
    _say(f"Python {platform.python_version()}, {loop}, {versions}; {os.cpu_count()} cores; {asked.mode}")
    apart = (os.cpu_count() or 1) > 1 and not asked.together
    runs = []
    for servers in [int(one) for one in asked.ramp.split(",")] if asked.ramp else [asked.servers]:
        accounts = asked.accounts if asked.mode == "panel" else 0
        fleet = Fleet(
            servers, asked.lines, asked.seconds, accounts, 0 if apart else None, recipes=asked.recipes
        )
        runs.append(measured(fleet, apart=apart))
        report(runs[-1], fleet)
    margins(runs)


if __name__ == "__main__":
    main()
