"""Why a rule does what it does towards a key, and why not, of a whole daemon on virtual time."""

from __future__ import annotations

from pathlib import Path

import pytest
from trio.testing import MockClock

from automaton.daemon.services.explanations import ExplanationBuilder
from automaton.simulator.faults.catalog import cause
from automaton.wings.link_supervisor import LinkStatus
from automaton.wings.pool import Pool
from tests.daemon.asking import LOBBY, asking, explained, open_down

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


async def test_an_open_incident_is_explained_with_its_run_and_what_was_done(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        await open_down(watch)
        one = await explained(daemon, "down")

    assert (one.phase, one.name, one.arm, one.set_off_by) == ("open", "lobby", "live", "while")
    assert [reason.verdict for reason in one.reasons] == ["already_open"]
    assert [(step.verb, step.number, step.steps) for step in one.steps] == [("wait", 2, 2)]
    assert one.steps[0].place.endswith("desk.yml:7:50")
    assert [entry.verdict for entry in one.fired] == ["fired", "acting"]
    assert [(call.what, call.result) for call in one.fired[1].calls] == [("ops: lobby is down", "done")]
    assert one.fired[0].expressions[0].parts[0].value == "true"


async def test_a_rule_that_does_not_name_the_server_says_which_key(tmp_path: Path) -> None:
    async with asking(tmp_path) as (_, daemon):
        one = await explained(daemon, "rust")

    assert [(reason.verdict, reason.detail) for reason in one.reasons] == [
        ("out_of_scope", "`pack: rust` does not fit: its pack is `minecraft`")
    ]


async def test_a_shadow_that_is_false_has_both_reasons(tmp_path: Path) -> None:
    async with asking(tmp_path) as (_, daemon):
        one = await explained(daemon, "quiet")

    assert [reason.verdict for reason in one.reasons] == ["not_true", "shadow"]
    assert one.expressions[0].parts[1].source == 'state == "running"'


async def test_a_blind_server_is_told_with_its_reason(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        watch.world.nodes[0].remote = "https://elsewhere.example.org"
        watch.befall("drop")
        await watch.seconds(30)
        one, wide = await explained(daemon, "down"), await explained(daemon, "wide", "node:node-1")

    assert "`remote`" in one.blind
    assert one.blind_for is not None
    assert [reason.verdict for reason in one.reasons] == ["unknown"]
    assert [part.why for part in one.expressions[0].parts] == ["", "the link is down"]
    assert (wide.blind, wide.name) == ("", "node:node-1")


async def test_a_server_is_unseen_since_its_link_was_lost_whatever_the_causes_were(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        watch.world.nodes[0].remote = "https://elsewhere.example.org"
        watch.world.nodes[0].restart(40)
        await watch.seconds(87)
        one = await explained(daemon, "down")

    assert "`remote`" in one.blind
    assert one.blind_for == pytest.approx(87, abs=1)


class OneLink:
    """A pool that is asked for one link at a time: a list of all would be made for each of fifty keys."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.asked: list[str] = []

    def status_of(self, server: str) -> LinkStatus | None:
        self.asked.append(server)
        return self._pool.status_of(server)


async def test_an_explanation_looks_at_no_link_but_its_servers(tmp_path: Path) -> None:
    async with asking(tmp_path) as (_, daemon):
        links = OneLink(daemon.connections.pool)
        builder = ExplanationBuilder(
            daemon.host.inspector, daemon.host.history, links, lambda key: key, daemon.clock
        )  # fmt: skip
        (rule,) = (one for one in daemon.active.book.rules if one.id == "down")
        keys = [one.key for one in await builder.explain(rule, "")]

    assert links.asked == keys


async def test_a_suspended_server_is_unseen_since_it_was_suspended(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        watch.befall("suspend")
        await watch.seconds(900)
        one = await explained(daemon, "down")

    assert one.blind == "the server is suspended; its link comes up when that is lifted"
    assert one.blind_for == pytest.approx(900, abs=2)


async def test_a_server_whose_token_is_worn_is_unseen_since_then_and_not_since_its_socket_opened(
    tmp_path: Path,
) -> None:
    async with asking(tmp_path) as (watch, daemon):
        await watch.seconds(200)
        cause(watch.world, "panel-down", {"seconds": 600})
        watch.befall("expire")
        await watch.seconds(87)
        one = await explained(daemon, "down")

    assert one.blind.startswith("a valid token is waited for")
    assert one.blind_for == pytest.approx(87, abs=3)


async def test_a_node_that_no_server_is_on_is_unknown(tmp_path: Path) -> None:
    async with asking(tmp_path) as (_, daemon):
        answers = [
            await daemon.host.rules.explain("wide", "node:elsewhere"),
            await daemon.host.rules.explain("no-such-rule", LOBBY),
        ]

    assert answers[0] is not None
    assert answers[0].explanations == []
    assert answers[1] is None


async def test_a_rule_that_nothing_concerned_yet_is_idle_and_waits(tmp_path: Path) -> None:
    async with asking(tmp_path) as (_, daemon):
        one = await explained(daemon, "crashed")

    assert (one.phase, one.set_off_by, one.fired) == ("idle", "event", [])
    assert [(reason.verdict, reason.detail) for reason in one.reasons] == [
        ("waiting", "its `when` has not come")
    ]


async def test_a_rule_that_is_off_says_so_before_all_else(tmp_path: Path) -> None:
    async with asking(tmp_path) as (_, daemon):
        one = await explained(daemon, "sleeping", "node:node-1")

    assert (one.arm, one.phase) == ("off", "idle")
    assert one.reasons[0].verdict == "off"


async def test_each_key_of_a_server_is_explained(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        for player in ("Ann", "Bob"):
            cause(watch.world, "join", {"server": "lobby", "player": player})
        await watch.seconds(2)
        both, ann = (
            await daemon.host.rules.explain("each", LOBBY),
            await explained(daemon, "each", f"{LOBBY}/Ann"),
        )

    assert both is not None
    assert [(one.name, one.phase) for one in both.explanations] == [
        ("lobby/Ann", "open"),
        ("lobby/Bob", "open"),
    ]
    assert (ann.name, ann.fired[0].verdict) == ("lobby/Ann", "fired")
    assert " logged in with entity id " in ann.fired[0].cause
