"""`automaton deliveries` and `channel route`: what waits at each target, where a message would go."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from automaton.printable import say
from automaton.web.routes.deliveries import DeliveryList, DeliveryRow, RouteList, RouteRow
from automaton.workbench.daemon_client import DaemonClient
from automaton.workbench.daemon_command import TableLayout, print_json, print_list, with_daemon
from automaton.workbench.exit_code import OK
from automaton.workbench.lookup import find_key, find_rule
from automaton.workbench.terminal import has_colours, plain, span, width_of

HEAD = ("TARGET", "WAITING", "OLDEST", "NEXT", "DIGEST", "TOLD", "FAILURES", "LEFT OUT", "LAST FAILURE")
ROUTE_HEAD = ("STEP", "CHANNEL", "SEVERITY", "TARGET", "WHEN", "GROUP", "WITH", "WHY")


def deliveries(config: Path, *, as_json: bool) -> int:
    """0, also where there is no channel; 3 where no daemon runs."""
    return print_list(
        config, "/v1/deliveries", DeliveryList, lambda answer: answer.deliveries, LAYOUT,
        "automaton.yml has no channels", as_json=as_json,
    )  # fmt: skip


def retry(config: Path, target: str, *, as_json: bool) -> int:
    """Has what waits tried at once: at a target, at a channel, or everywhere."""

    def work(daemon: DaemonClient) -> int:
        answer = daemon.ask("POST", "/v1/deliveries/retry", DeliveryList, {"target": target})
        if as_json:
            print_json(answer)
        for row in answer.deliveries:
            what = f"{row.waiting} tried now" if row.waiting else "nothing waits"
            say(f"{plain(row.target)}: {what}", err=as_json)
        return OK

    return with_daemon(config, work)


def route(config: Path, rule: str, server: str, *, as_json: bool) -> int:
    """Where messages of a rule about a server would go now."""

    def work(daemon: DaemonClient) -> int:
        row = find_rule(daemon.rules(), rule)
        key = find_key(row, daemon.servers(), server)
        answer = daemon.ask_of_rule(row.id, "route", RouteList, key)
        if as_json:
            print_json(answer)
        elif answer.routes:
            width, colours = width_of(sys.stdout), has_colours(sys.stdout)
            for line in ROUTES.lines(answer.routes, colours=colours, width=width):
                say(line)
        else:
            say(f"{row.id} notifies nobody", err=True)
        return OK

    return with_daemon(config, work)


def _cells(row: DeliveryRow) -> tuple[str, ...]:
    return (
        plain(row.target),
        str(row.waiting),
        _span(row.oldest),
        _span(row.next),
        str(row.digest),
        str(row.known),
        str(row.failures),
        str(row.left_out),
        plain(row.trouble) or "-",
    )


def _route_cells(row: RouteRow) -> tuple[str, ...]:
    when = "not sent" if row.wait is None else "at once" if row.wait < 1.0 else f"in {span(row.wait)}"
    group = "the digest" if row.digest else plain(row.group)
    others = f"{row.others} more" if row.others else "-"
    return (
        row.step, plain(row.channel), row.severity, plain(row.target) or "-", when, group or "-", others,
        plain(row.why),
    )  # fmt: skip


def _span(seconds: float | None) -> str:
    return "-" if seconds is None else span(seconds)


LAYOUT = TableLayout(HEAD, _cells, lambda row: typer.colors.YELLOW if row.failures else "")
ROUTES = TableLayout(ROUTE_HEAD, _route_cells)
