"""A shard is asked where it is owned: what reads may be asked again, what acts is never done twice."""

from __future__ import annotations

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from trio.testing import MockClock

from automaton.cluster.control.exchange import MOVED, ControlAnswer, ControlRequest, refused
from automaton.cluster.control.reach import ACTED_WITHIN, READ_WITHIN, Reach, why_missing
from automaton.cluster.shard import Shard
from automaton.web.http_json import route
from tests.cluster.control.members import EU, US, Cluster

pytestmark = pytest.mark.anyio

READ = ControlRequest(method="GET", path="/v1/told", who="ops")
ACT = ControlRequest(method="POST", path="/v1/told", who="ops")


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


def _told(text: str) -> list[Route]:
    async def told(_request: Request) -> Response:
        return Response(text)

    return [route("/v1/told", told, methods=["GET", "POST"])]


async def test_a_shard_that_is_owned_here_is_asked_without_a_network() -> None:
    cluster = Cluster()
    a = cluster.member("a", {EU: _told("from a")})
    answer = await Reach(a).ask(EU, READ)
    assert (answer.status, answer.body, cluster.sent) == (200, b"from a", [])


async def test_a_shard_of_another_member_is_asked_there() -> None:
    cluster = Cluster()
    a = cluster.member("a", {})
    cluster.member("b", {EU: _told("from b")})
    answer = await Reach(a).ask(EU, READ)
    assert (answer.status, answer.body) == (200, b"from b")
    assert [member for member, _shard, _request in cluster.sent] == ["b"]


@pytest.mark.parametrize("request_", [READ, ACT], ids=["reads", "acts"])
async def test_of_a_shard_that_nobody_owns_nothing_was_done(request_: ControlRequest) -> None:
    a = Cluster().member("a", {})
    answer = await Reach(a).ask(EU, request_)
    assert answer.status == 503
    assert why_missing(EU, answer) == "no member owns it now; `automaton cluster status` says why"


async def test_what_only_reads_is_refused_when_a_member_is_silent() -> None:
    cluster = Cluster(owners={EU: "b"}, silent={"b"})
    answer = await Reach(cluster.member("a", {})).ask(EU, READ)
    assert answer.status == 503
    assert answer.problem == f"b, which owns {EU.text}, did not answer within {READ_WITHIN:g} s"


async def test_what_acts_is_said_to_may_be_done_and_is_sent_once() -> None:
    cluster = Cluster(owners={EU: "b"}, silent={"b"})
    answer = await Reach(cluster.member("a", {})).ask(EU, ACT)
    assert answer.status == 504
    assert answer.problem.endswith(f"did not answer within {ACTED_WITHIN:g} s: it may have been done")
    assert len(cluster.sent) == 1


async def test_what_has_just_moved_is_asked_again_of_its_new_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = Cluster()
    a = cluster.member("a", {})
    cluster.member("b", {})
    cluster.member("c", {EU: _told("from c")})
    cluster.owners[EU] = "b"
    ask = a.ask

    async def asked(member: str, shard: Shard, request: ControlRequest) -> ControlAnswer:
        answer = await ask(member, shard, request)
        cluster.owners[EU] = "c"
        return answer

    monkeypatch.setattr(a, "ask", asked)
    answer = await Reach(a).ask(EU, ACT)
    assert (answer.status, answer.body) == (200, b"from c")
    assert [member for member, _shard, _request in cluster.sent] == ["b", "c"]


async def test_what_keeps_moving_is_left_to_whoever_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = Cluster(owners={EU: "b"})
    a = cluster.member("a", {})
    owners = iter("cd")
    asked_of: list[str] = []

    async def asked(member: str, shard: Shard, request: ControlRequest) -> ControlAnswer:
        asked_of.append(member)
        cluster.owners[shard] = next(owners)
        return refused(MOVED, "not mine")

    monkeypatch.setattr(a, "ask", asked)
    answer = await Reach(a).ask(EU, ACT)
    assert asked_of == ["b", "c"]
    assert (answer.status, answer.problem) == (503, f"{EU.text} is changing hands: ask again in a moment")


async def test_a_silent_member_keeps_no_other_from_its_place_in_a_list() -> None:
    cluster = Cluster(owners={EU: "b"}, silent={"b"})
    a = cluster.member("a", {US: _told("from a")})
    silent, told = await Reach(a).ask_all([EU, US], READ)
    assert silent.status == 503
    assert told.body == b"from a"
