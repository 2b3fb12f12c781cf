"""Any member answers for all: it asks the owners, and says what it could not be told."""

from __future__ import annotations

from collections.abc import Iterable

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from trio.testing import MockClock

from automaton.cluster.control.shards import KnownServer
from automaton.cluster.shard import Shard, ShardKind
from automaton.web.http_json import RequestRefused, json_of, read_body, route
from automaton.web.missing import MISSING, sentences_of
from automaton.web.routes import hold, standing_orders
from automaton.web.routes.hold import HoldRow, HoldWanted
from automaton.web.routes.incidents import IncidentList, IncidentRow
from automaton.web.routes.servers import ServerList, ServerRow
from automaton.web.routes.standing_orders import HoldOrder, OrdersTaken, StandingOrders
from automaton.web.rule_request import KeyWanted, asker_of
from tests.cluster.control.members import EU, FLEET, OPS, US, Cluster, Member

pytestmark = pytest.mark.anyio

LOBBY = KnownServer(uuid="u-lobby", id="1", name="lobby", node="eu-1")
ARENA = KnownServer(uuid="u-arena", id="2", name="Arena", node="us-1")


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class Host:
    """A shard's host: its servers, its incidents, and what it was asked to do."""

    def __init__(self, *rows: ServerRow, open_for: float = 0.0) -> None:
        self.rows = rows
        self.open_for = open_for
        self.asked: list[str] = []

    def routes(self) -> list[Route]:
        return [
            route("/v1/servers", self.servers),
            route("/v1/incidents", self.incidents),
            route("/v1/rules/{rule}/ack", self.ack, methods=["POST"]),
            route("/v1/servers/{server}/power", self.power, methods=["POST"]),
        ]

    async def servers(self, _: Request) -> Response:
        return json_of(ServerList(list(self.rows)))

    async def incidents(self, _: Request) -> Response:
        return json_of(self._open())

    async def ack(self, request: Request) -> Response:
        wanted = await read_body(request, KeyWanted)
        self.asked.append(f"ack {wanted.key} by {asker_of(request)}")
        if request.path_params["rule"] == "unknown":
            raise RequestRefused(404, "there is no such rule")
        return json_of(self._open())

    async def power(self, request: Request) -> Response:
        self.asked.append(f"power {request.path_params['server']} by {asker_of(request)}")
        return Response(await request.body(), media_type="application/json")

    def _open(self) -> IncidentList:
        rows = [
            IncidentRow(
                rule="down", server=row.uuid, name=row.name, severity="critical", open_for=self.open_for
            )
            for row in self.rows
        ]
        return IncidentList(rows)


def row(known: KnownServer) -> ServerRow:
    return ServerRow(uuid=known.uuid, id=known.id, name=known.name, node=known.node, state="running")


class Pair:
    """Two members: `one` owns eu-1, `two` owns us-1 and the fleet."""

    def __init__(self, fleet: Iterable[Route] = (), on_nodes: Iterable[Route] = ()) -> None:
        self.eu, self.us = Host(row(LOBBY), open_for=5.0), Host(row(ARENA), open_for=60.0)
        self.cluster = Cluster(servers=[LOBBY, ARENA])
        nothing = Host()
        self.one = self.cluster.member("one", {EU: [*self.eu.routes(), *on_nodes]})
        self.two = self.cluster.member(
            "two", {US: [*self.us.routes(), *on_nodes], FLEET: [*nothing.routes(), *fleet]}
        )


async def ask(
    member: Member, method: str, path: str, body: dict[str, object] | None = None
) -> httpx.Response:
    async with member.client() as client:
        return await client.request(method, path, json=body)


async def test_a_list_is_the_same_whoever_is_asked() -> None:
    pair = Pair()

    lists = [(await ask(member, "GET", "/v1/servers")).json() for member in (pair.one, pair.two)]

    assert [one["name"] for one in lists[0]["servers"]] == ["Arena", "lobby"]
    assert lists[0] == lists[1]


async def test_incidents_of_all_shards_come_the_oldest_first() -> None:
    answer = await ask(Pair().one, "GET", "/v1/incidents")

    assert [one["name"] for one in answer.json()["incidents"]] == ["Arena", "lobby"]
    assert MISSING not in answer.headers


async def test_an_act_on_a_server_is_its_owners_in_the_name_of_whoever_asks() -> None:
    pair = Pair()

    answer = await ask(pair.one, "POST", "/v1/servers/u-arena/power", {"signal": "kill"})

    assert (answer.status_code, answer.json()) == (200, {"signal": "kill"})
    assert (pair.us.asked, pair.eu.asked) == (["power u-arena by uid 0"], [])


async def test_a_person_whom_the_page_names_is_named_to_the_owner_too() -> None:
    pair = Pair()

    async with pair.one.client() as client:
        await client.post("/v1/servers/u-arena/power", headers={b"Automaton-User": "Jörg".encode()})

    assert pair.us.asked == ["power u-arena by Jörg"]


async def test_a_server_that_is_not_listed_is_404() -> None:
    answer = await ask(Pair().one, "POST", "/v1/servers/u-other/power", {"signal": "kill"})

    assert (answer.status_code, "no server with this uuid" in answer.text) == (404, True)


async def test_what_concerns_a_key_goes_to_the_owner_of_its_server_node_or_fleet() -> None:
    pair = Pair()

    for key in ("u-lobby/Steve", "node:us-1"):
        assert (await ask(pair.one, "POST", "/v1/rules/down/ack", {"key": key})).status_code == 200
    unknown = await ask(pair.one, "POST", "/v1/rules/down/ack", {"key": "node:gone"})

    assert pair.eu.asked == ["ack u-lobby/Steve by uid 0"]
    assert pair.us.asked == ["ack node:us-1 by uid 0"]
    assert unknown.status_code == 404


async def test_without_a_key_all_shards_are_asked_and_their_answers_are_one() -> None:
    pair = Pair()

    answer = await ask(pair.one, "POST", "/v1/rules/down/ack", {})

    assert [one["name"] for one in answer.json()["incidents"]] == ["Arena", "lobby"]
    assert (pair.eu.asked, pair.us.asked) == (["ack  by uid 0"], ["ack  by uid 0"])


async def test_what_no_shard_knows_is_refused_in_their_words() -> None:
    answer = await ask(Pair().one, "POST", "/v1/rules/unknown/ack", {})

    assert (answer.status_code, answer.json()) == (404, {"problem": "there is no such rule"})


async def test_a_list_without_a_member_names_what_is_missing_and_still_lists_its_servers() -> None:
    """A name must mean one of all servers, whether their owner answers or not."""
    pair = Pair()
    pair.cluster.silent.add("two")

    answer = await ask(pair.one, "GET", "/v1/servers")

    rows = {one["name"]: one["state"] for one in answer.json()["servers"]}
    assert (answer.status_code, rows) == (200, {"Arena": None, "lobby": "running"})
    assert sentences_of(answer.headers[MISSING]) == [
        "nothing was heard of node:us-1: two, which owns node:us-1, did not answer within 8 s"
    ]


async def test_a_shard_that_nobody_owns_is_missing_with_that_reason() -> None:
    pair = Pair()
    pair.cluster.owners[US] = None

    listed = await ask(pair.one, "GET", "/v1/incidents")
    single = await ask(pair.one, "POST", "/v1/servers/u-arena/power", {"signal": "start"})

    why = "no member owns it now; `automaton cluster status` says why"
    assert sentences_of(listed.headers[MISSING]) == [f"nothing was heard of node:us-1: {why}"]
    assert (single.status_code, single.json()) == (503, {"problem": f"node:us-1: {why}"})


async def test_a_silent_member_with_many_shards_keeps_no_other_from_being_asked() -> None:
    pair = Pair()
    for number in range(20):
        pair.cluster.owners[Shard(ShardKind.NODE, f"dark-{number}")] = "dark"
    pair.cluster.owners[US] = pair.cluster.owners.pop(US)  # asked last
    pair.cluster.silent.add("dark")

    answer = await ask(pair.one, "GET", "/v1/incidents")

    told = sentences_of(answer.headers[MISSING])
    assert [one["name"] for one in answer.json()["incidents"]] == ["Arena", "lobby"]
    assert (len(told), told[-1]) == (
        20,
        "nothing was heard of node:dark-19: dark, which owns node:dark-19, did not answer within 8 s",
    )


async def test_an_act_that_was_sent_and_not_answered_may_have_been_done() -> None:
    """Whoever repeats a command must know that it may have been typed."""
    pair = Pair()
    pair.cluster.silent.add("two")

    answer = await ask(pair.one, "POST", "/v1/servers/u-arena/power", {"signal": "start"})

    assert answer.status_code == 504
    assert answer.json()["problem"] == (
        "two, which owns node:us-1, did not answer within 190 s: it may have been done"
    )


async def test_a_shard_that_has_moved_is_asked_where_it_is_now() -> None:
    pair = Pair()
    host = pair.two.hosts.pop(US)

    class Late(Member):
        """Still believes that two owns it, until two has said that it does not."""

        looks = 0

        def owner(self, shard: object) -> str | None:
            if shard == US:
                self.looks += 1
                return "two" if self.looks < 2 else "three"
            return super().owner(shard)  # type: ignore[arg-type]

    three = pair.cluster.member("three", {})
    three.hosts[US] = host
    late = Late(pair.cluster, "late", [])
    answer = await ask(late, "POST", "/v1/servers/u-arena/power", {"signal": "start"})

    assert (answer.status_code, pair.us.asked) == (200, ["power u-arena by uid 0"])


async def test_a_member_that_owns_a_shard_no_more_does_nothing_for_it() -> None:
    pair = Pair()
    pair.two.hosts.pop(US)

    answer = await ask(pair.one, "POST", "/v1/servers/u-arena/power", {"signal": "start"})

    assert (answer.status_code, pair.us.asked) == (503, [])
    assert answer.json()["problem"] == "node:us-1 is changing hands: ask again in a moment"


async def test_what_a_process_is_it_answers_itself() -> None:
    async def about(_: Request) -> Response:
        return Response("two is asked")

    cluster = Cluster()
    cluster.member("one", {})
    two = cluster.member("two", {}, [route("/v1/about", about)])

    assert (await ask(two, "GET", "/v1/about")).text == "two is asked"


async def test_channels_are_asked_by_their_name_and_all_of_them_by_none() -> None:
    async def retried(request: Request) -> Response:
        return Response(f'{{"deliveries":[{{"target":"{request.url.path}","channel":"ops"}}]}}')

    cluster = Cluster()
    member = cluster.member("one", {OPS: [route("/v1/deliveries/retry", retried, methods=["POST"])]})
    answers = [
        await ask(member, "POST", "/v1/deliveries/retry", {"target": target})
        for target in ("ops/1", "", "other")
    ]

    assert [one.status_code for one in answers] == [200, 200, 404]
    assert len(answers[1].json()["deliveries"]) == 1


async def test_what_waits_at_a_node_for_a_channel_is_tried_with_the_channels_own() -> None:
    """A node at which nothing waits has no such target, and is not missing for that."""

    def tried(target: str) -> list[Route]:
        async def answer(_: Request) -> Response:
            if not target:
                raise RequestRefused(404, "there is no such target or channel")
            return Response(f'{{"deliveries":[{{"target":"{target}","channel":"ops"}}]}}')

        return [route("/v1/deliveries/retry", answer, methods=["POST"])]

    cluster = Cluster()
    member = cluster.member("one", {OPS: tried("ops/1"), EU: tried("ops from node:eu-1"), US: tried("")})

    answer = await ask(member, "POST", "/v1/deliveries/retry", {"target": "ops"})

    assert [row["target"] for row in answer.json()["deliveries"]] == ["ops/1", "ops from node:eu-1"]
    assert MISSING not in answer.headers


async def test_of_a_cluster_without_channels_the_list_of_deliveries_is_empty() -> None:
    member = Cluster().member("one", {})

    assert (await ask(member, "GET", "/v1/deliveries")).json() == {"deliveries": []}
    assert (await ask(member, "GET", "/v1/status")).status_code == 503


class Held:
    """A shard that can be held, as the fleet's and as a node's."""

    def __init__(self) -> None:
        self.row: HoldRow | None = None
        self.brought: list[StandingOrders] = []

    def hold(self, wanted: HoldWanted, who: str) -> HoldRow:
        self.row = HoldRow(since=1.0, age=0.0, reason=wanted.reason, by=who)
        return self.row

    def release(self, who: str) -> HoldRow | None:
        row, self.row = self.row, None
        return row

    def orders(self) -> StandingOrders:
        held = HoldOrder(since=1.0, reason=self.row.reason, by=self.row.by) if self.row else None
        return StandingOrders(told_at=1.0, hold=held)

    def take(self, orders: StandingOrders) -> OrdersTaken:
        self.brought.append(orders)
        return OrdersTaken(1)

    def routes(self) -> list[Route]:
        return [*hold.routes(self), *standing_orders.routes(self)]


async def test_a_hold_is_everywhere_before_it_is_answered() -> None:
    fleet, nodes = Held(), Held()
    pair = Pair(fleet.routes(), nodes.routes())

    answer = await ask(pair.one, "POST", "/v1/hold", {"reason": "fire"})

    assert (answer.status_code, MISSING in answer.headers) == (200, False)
    assert [one.hold for one in nodes.brought] == [HoldOrder(since=1.0, reason="fire", by="uid 0")] * 2


async def test_a_hold_says_which_shards_it_did_not_reach() -> None:
    fleet, nodes = Held(), Held()
    pair = Pair(fleet.routes(), nodes.routes())
    pair.cluster.silent.add("one")

    answer = await ask(pair.two, "POST", "/v1/hold", {"reason": "fire"})

    assert (answer.status_code, len(nodes.brought)) == (200, 1)
    assert sentences_of(answer.headers[MISSING]) == [
        "nothing was heard of node:eu-1: one, which owns node:eu-1, did not answer within 5 s: it may have"
        " been done; it is told as soon as it answers"
    ]


async def test_a_release_of_nothing_spreads_nothing() -> None:
    fleet, nodes = Held(), Held()

    answer = await ask(Pair(fleet.routes(), nodes.routes()).one, "POST", "/v1/release")

    assert (answer.status_code, nodes.brought) == (404, [])


async def test_what_members_bring_each_other_is_no_route_for_people() -> None:
    answer = await ask(Pair().one, "POST", "/v1/standing-orders", {"told_at": 1.0})

    assert answer.status_code == 405


@pytest.mark.parametrize("anyio_backend", ["asyncio"])  # trio minds that httpx leaves a generator half read
async def test_a_body_without_bounds_is_not_taken() -> None:
    answer = await ask(Pair().one, "POST", "/v1/rules/down/ack", {"key": "x" * 20_000})

    assert answer.status_code == 413
