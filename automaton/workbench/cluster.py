"""`automaton cluster`: members, who owns what, and what people ask of them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import typer

from automaton.errors import Refused
from automaton.printable import say
from automaton.web.routes.cluster import ALONE, ClusterView, MemberRow, ShardRow, WishAnswer
from automaton.workbench.daemon_client import DaemonClient
from automaton.workbench.daemon_command import TableLayout, print_json, with_daemon
from automaton.workbench.exit_code import OK
from automaton.workbench.terminal import has_colours, plain, span, width_of

MEMBERS = ("MEMBER", "STATE", "SHARDS", "HEARD", "UP", "VERSION", "GENERATION", "LOGS", "CLOCK", "WHY")
SHARDS = ("SHARD", "OWNER", "STATE", "EPOCH", "LEASE", "SEEN", "MOVED TO", "WHY")
NOT_FOUND = 404

T = TypeVar("T")


def cluster(config: Path, *, as_json: bool) -> int:
    """The members and the shards, and what is wrong. 0; 3 where no daemon runs."""

    def work(daemon: DaemonClient) -> int:
        seen = cluster_of(daemon)
        if as_json:
            print_json(seen)
            return OK
        say(f"cluster {plain(seen.name)} as {plain(seen.me)} sees it, configuration {seen.generation}")
        for trouble in seen.troubles:
            say(f"  {plain(trouble)}")
        colours, width = has_colours(sys.stdout), width_of(sys.stdout)
        say("")
        for line in OF_MEMBERS.lines(seen.members, colours=colours, width=width):
            say(line)
        say("")
        for line in OF_SHARDS.lines(seen.shards, colours=colours, width=width):
            say(line)
        return OK

    return with_daemon(config, work)


def drain(config: Path, member: str, *, end: bool, as_json: bool) -> int:
    """Has a member hand over what it owns, or take part again."""
    return _wish(config, "drain", {"member": member, "end": end}, as_json=as_json)


def move(config: Path, shard: str, member: str, *, as_json: bool) -> int:
    """Has a shard go to a member; "": wherever it goes by itself."""
    return _wish(config, "move", {"shard": shard, "member": member}, as_json=as_json)


def adopt(config: Path, shard: str, *, as_json: bool) -> int:
    """Takes a log that went back as it is now; "": all of them."""
    return _wish(config, "adopt", {"shard": shard}, as_json=as_json)


def cluster_of(daemon: DaemonClient) -> ClusterView:
    """The cluster as the daemon sees it. Raises Refused where it runs alone."""
    return _asked(daemon, "GET", "/v1/cluster", ClusterView, None)


def _wish(config: Path, what: str, body: Mapping[str, object], *, as_json: bool) -> int:
    def work(daemon: DaemonClient) -> int:
        answer = _asked(daemon, "POST", f"/v1/cluster/{what}", WishAnswer, body)
        if as_json:
            print_json(answer)
        say(plain(answer.says), err=as_json)
        return OK

    return with_daemon(config, work)


def _asked(
    daemon: DaemonClient, method: str, path: str, shape: type[T], body: Mapping[str, object] | None
) -> T:
    """A daemon of an older release that runs alone has no such route."""
    try:
        return daemon.ask(method, path, shape, body)
    except Refused as problem:
        if problem.status == NOT_FOUND:
            raise Refused(ALONE) from None
        raise


def _member_cells(row: MemberRow) -> tuple[str, ...]:
    up = span(row.up) if row.up else "-"
    logs = f"{row.writes} ({row.reads_from}-{row.reads_to})" if row.writes else "-"
    return (
        plain(row.name), row.state, str(row.shards), f"{span(row.heard)} ago", up,
        plain(row.version) or "-", str(row.generation or "-"), logs,
        f"{row.skew:+.1f} s" if row.skew is not None else "-", plain(row.why),
    )  # fmt: skip


def _shard_cells(row: ShardRow) -> tuple[str, ...]:
    return (
        plain(row.shard), plain(row.owner) or "-", row.state, str(row.epoch),
        f"{row.lease:.1f} s" if row.lease is not None else "-",
        f"{row.linked}/{row.servers}" if row.servers is not None else "-", plain(row.pinned) or "-",
        plain(row.why),
    )  # fmt: skip


OF_MEMBERS = TableLayout(MEMBERS, _member_cells, lambda row: typer.colors.YELLOW if row.why else "", below=1)
OF_SHARDS = TableLayout(SHARDS, _shard_cells, lambda row: "" if row.owner else typer.colors.YELLOW, below=1)
