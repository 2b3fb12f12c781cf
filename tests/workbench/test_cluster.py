"""The cluster is shown as a table, and what is wished is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from automaton.core.calls import Signal
from automaton.web.control_api import ControlApi
from automaton.web.http_json import RequestRefused, json_of, route
from automaton.web.listener import listening, serve
from automaton.web.missing import MissingShard, header_of
from automaton.web.routes import cluster as routes
from automaton.web.routes.breakers import BreakerList
from automaton.web.routes.cluster import (
    AdoptWanted,
    ClusterView,
    DrainWanted,
    MemberRow,
    MoveWanted,
    ShardRow,
    WishAnswer,
)
from automaton.web.routes.servers import ServerList, ServerRow
from automaton.web.routes.status import Status
from automaton.workbench.breaker import breakers
from automaton.workbench.cluster import adopt, cluster, drain, move
from automaton.workbench.exit_code import FAILED, TRY_AGAIN
from automaton.workbench.operator import ServerAccess, power
from automaton.workbench.servers import servers
from tests.workbench.desk import desk_at

SEEN = ClusterView(
    name="hosting", me="a", generation=3,
    members=[
        MemberRow(name="a", state="established", up=3600.0, cores=4, version="1.2", generation=3,
                  reads_from=1, reads_to=2, writes=2, shards=2),
        MemberRow(name="b", state="dead", why="it is gone", heard=65.0),
    ],
    shards=[
        ShardRow(shard="fleet", owner="a", epoch=4, lease=9.5),
        ShardRow(shard="node:eu-1", owner="a", epoch=7, lease=8.0, servers=600, linked=590, pinned="a"),
        ShardRow(shard="node:us-1", epoch=2, state="unowned", since=3.0, why="a is to take it"),
    ],
    troubles=["1 shard is owned by nobody: nothing acts on them"],
)  # fmt: skip


class Member:
    """Answers as SEEN, and remembers what was wished."""

    def __init__(self) -> None:
        self.wished: list[object] = []

    def cluster(self) -> ClusterView:
        return SEEN

    async def drain(self, wanted: DrainWanted, who: str) -> WishAnswer:
        self.wished.append(wanted)
        return WishAnswer(taken=True, says="a hands over the 2 that it owns, some at a time")

    async def move(self, wanted: MoveWanted, who: str) -> WishAnswer:
        self.wished.append(wanted)
        return WishAnswer(taken=False, says="there is no shard `node:eu`, did you mean `node:eu-1`?")

    async def adopt(self, wanted: AdoptWanted, who: str) -> WishAnswer:
        self.wished.append(wanted)
        return WishAnswer(taken=True, says="node:eu-1: the log is taken as it is, and actions go on")

    def routes(self) -> list[Route]:
        async def broken(_: Request) -> Response:
            answer = json_of(BreakerList([]))
            answer.headers.update(header_of([MissingShard("node:us-1", "b does not answer")]))
            return answer

        async def listed(_: Request) -> Response:
            rows = [ServerRow(uuid=f"u-{name}", id=name, name=name) for name in ("away", "silent")]
            answer = json_of(ServerList(rows))
            answer.headers.update(header_of([MissingShard("node:us-1", "b does not answer")]))
            return answer

        async def acted(request: Request) -> Response:
            if request.path_params["server"] == "u-away":
                raise RequestRefused(503, "nobody owns it")
            raise RequestRefused(504, "it may have been done")

        async def state(_: Request) -> Response:
            return json_of(Status(summary="", version="1", uptime=0.0, arm="live", rules=0, links={}))

        return [
            *routes.routes(self), route("/v1/breakers", broken), route("/v1/servers", listed),
            route("/v1/servers/{server}/power", acted, methods=["POST"]), route("/v1/status", state),
        ]  # fmt: skip


def direct(_: Path) -> ServerAccess:
    raise AssertionError("the daemon answers")


@contextmanager
def member_at(folder: Path) -> Iterator[tuple[Path, Member]]:
    config, member = folder / "automaton.yml", Member()
    config.write_text("state: state\n")
    api = ControlApi(member.routes())
    with start_blocking_portal() as portal, listening(folder / "state" / "control.sock") as listener:
        serving = portal.start_task_soon(serve, api.app, listener)
        try:
            yield config, member
        finally:
            serving.cancel()


def test_members_and_shards_are_shown_with_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with member_at(tmp_path) as (config, _):
        codes = [cluster(config, as_json=False), cluster(config, as_json=True)]
    *lines, as_json = capsys.readouterr().out.splitlines()

    assert codes == [0, 0]
    assert lines == [
        "cluster hosting as a sees it, configuration 3",
        "  1 shard is owned by nobody: nothing acts on them",
        "",
        "MEMBER  STATE        SHARDS  HEARD      UP  VERSION  GENERATION  LOGS     CLOCK  WHY",
        "a       established  2       0s ago     1h  1.2      3           2 (1-2)  -",
        "b       dead         0       1m 5s ago  -   -        -           -        -      it is gone",
        "",
        "SHARD      OWNER  STATE    EPOCH  LEASE  SEEN     MOVED TO  WHY",
        "fleet      a      owned    4      9.5 s  -        -",
        "node:eu-1  a      owned    7      8.0 s  590/600  a",
        "node:us-1  -      unowned  2      -      -        -         a is to take it",
    ]
    assert len(json.loads(as_json)["shards"]) == 3


def test_what_is_wished_is_told_or_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with member_at(tmp_path) as (config, member):
        codes = [
            drain(config, "a", end=False, as_json=False),
            move(config, "node:eu", "b", as_json=False),
            adopt(config, "node:eu-1", as_json=True),
        ]
    out, err = capsys.readouterr()

    assert codes == [0, 1, 0]
    assert member.wished == [DrainWanted("a"), MoveWanted("node:eu", "b"), AdoptWanted("node:eu-1")]
    assert out.splitlines() == [
        "a hands over the 2 that it owns, some at a time",
        '{"taken":true,"says":"node:eu-1: the log is taken as it is, and actions go on"}',
    ]
    assert err.splitlines() == [
        "there is no shard `node:eu`, did you mean `node:eu-1`?",
        "node:eu-1: the log is taken as it is, and actions go on",
    ]


def test_a_daemon_that_runs_alone_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with desk_at(tmp_path) as (config, _):
        code = cluster(config, as_json=False)

    assert (code, capsys.readouterr().err) == (1, "this daemon runs alone: automaton.yml has no `cluster`\n")


def test_an_action_that_another_member_was_asked_for_says_what_is_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """503: nothing was done. 504: it was sent, and may have been."""
    with member_at(tmp_path) as (config, _):
        codes = [power(config, direct, name, Signal.START, as_json=False) for name in ("away", "silent")]

    assert codes == [TRY_AGAIN, FAILED]
    assert capsys.readouterr().err.splitlines() == [
        "away: start could not be asked: nobody owns it; nothing was done, try again",
        "silent: it is unknown whether start was done: it may have been done; look before you ask again",
    ]


def test_servers_of_a_missing_shard_are_listed_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with member_at(tmp_path) as (config, _):
        code = servers(config, [], as_json=False)
    out, err = capsys.readouterr()

    assert (code, "away" in out) == (0, True)
    assert err == "nothing was heard of node:us-1: b does not answer\n"


def test_any_list_says_on_stderr_what_is_not_in_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with member_at(tmp_path) as (config, _):
        code = breakers(config, as_json=True)
    out, err = capsys.readouterr()

    assert (code, out) == (0, '{"breakers":[]}\n')
    assert err == "nothing was heard of node:us-1: b does not answer\n"
