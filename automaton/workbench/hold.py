"""`automaton hold` and `automaton release`: every action of every rule is stopped, and let go again."""

from __future__ import annotations

from pathlib import Path

from automaton.printable import say
from automaton.web.routes.hold import HoldRow
from automaton.workbench.daemon_client import DaemonClient
from automaton.workbench.daemon_command import print_json, with_daemon
from automaton.workbench.exit_code import OK
from automaton.workbench.terminal import plain, span

AT_ONCE = 1.0  # seconds; one that is older was there before


def hold(config: Path, reason: str, *, as_json: bool) -> int:
    """Holds everything. 0, also where it was on hold already."""

    def work(daemon: DaemonClient) -> int:
        row = daemon.ask("POST", "/v1/hold", HoldRow, {"reason": reason})
        if as_json:
            print_json(row)
        is_new = row.age <= AT_ONCE
        held = "is on hold" if is_new else f"was on hold already, for {span(row.age)} by now"
        say(
            f"every action {held}: rules judge and notify, and nothing else; `automaton release` ends it",
            err=as_json,
        )
        return OK

    return with_daemon(config, work)


def release(config: Path, *, as_json: bool) -> int:
    """Ends the hold. 1 where nothing is on hold."""

    def work(daemon: DaemonClient) -> int:
        row = daemon.ask("POST", "/v1/release", HoldRow, {})
        if as_json:
            print_json(row)
        why = f" ({plain(row.reason)})" if row.reason else ""
        say(f"actions are released, after a hold of {span(row.age)}{why}", err=as_json)
        return OK

    return with_daemon(config, work)
