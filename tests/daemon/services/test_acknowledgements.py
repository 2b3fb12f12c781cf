"""Links of messages, of a whole daemon on virtual time: what one names is acknowledged, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import structlog
from trio.testing import MockClock

from automaton.core.events import Acknowledged, Event
from automaton.daemon.ack_key import NAME, AckKey
from automaton.daemon.services.acknowledgements import AcknowledgementService
from automaton.pace.clock import Clock, SteadyClock
from tests.daemon.asking import asking, open_down
from tests.rules.watch import NOON, Watch

pytestmark = pytest.mark.anyio

OUTSIDE = "https://automaton.example.org/x"


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


def service(
    watch: Watch, folder: Path, put: list[Event], *, outside: str | None = OUTSIDE, clock: Clock | None = None
) -> AcknowledgementService:
    """As the daemon's, which people reach from outside."""
    daemon = watch.daemon
    before = daemon.active.settings
    settings = before.model_copy(
        update={
            "web": before.web.model_copy(update={"public_url": outside}),
            "listen": before.listen.model_copy(update={"http": ("127.0.0.1", 0)}),
        }
    )
    daemon.active.configuration = replace(daemon.active.configuration, settings=settings)

    def put_also(event: Event) -> None:
        put.append(event)
        daemon.connections.pool.queue.put(event)

    return AcknowledgementService(
        daemon.active, daemon.host.inspector, put_also, daemon.name_of, clock or daemon.clock, AckKey(folder)
    )


def ref_of(watch: Watch) -> str:
    (state,) = watch.daemon.host.inspector.open()
    assert state.incident is not None
    return f"down/{state.key}/{state.incident.number}"


def token_of(link: str | None) -> str:
    assert link is not None
    assert link.startswith(f"{OUTSIDE}/ack/")
    return link.removeprefix(f"{OUTSIDE}/ack/")


async def test_a_link_names_its_incident_and_acknowledges_it_in_the_name_of_its_channel(
    tmp_path: Path,
) -> None:
    async with asking(tmp_path) as (watch, daemon):
        put: list[Event] = []
        links = service(watch, tmp_path, put)
        await open_down(watch)
        token = token_of(links.link("ops", [ref_of(watch)]))
        seen = links.linked(token)
        await watch.seconds(1)
        before = [one.acked for one in (await daemon.host.incidents.incidents()).incidents]
        with structlog.testing.capture_logs() as logs:
            done = links.acknowledge(token)
        await watch.seconds(1)
        after = [one.acked for one in (await daemon.host.incidents.incidents()).incidents]
        again = links.acknowledge(token)

    assert seen is not None
    assert [(one.rule, one.server, one.severity, one.is_acked) for one in seen.going] == [
        ("down", "lobby", "warning", False)
    ]
    assert (before, after) == ([False], [True])
    assert done is not None
    assert again is not None
    assert [one.is_acked for one in (*done.going, *again.going)] == [True, True]
    assert [(type(one), getattr(one, "by", "")) for one in put] == [(Acknowledged, "link, channel ops")]
    assert [(line["event"], line["by"]) for line in logs] == [("operator.ack", "link, channel ops")]
    assert token not in str(logs)


async def test_an_incident_that_is_over_is_counted_and_a_later_one_is_not_meant(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, _):
        put: list[Event] = []
        links = service(watch, tmp_path, put)
        await open_down(watch)
        token = token_of(links.link("ops", [ref_of(watch)]))
        earlier = token_of(links.link("ops", ["down/x/4711"]))
        watch.befall("start")
        await watch.seconds(60)
        over = links.acknowledge(token)
        await open_down(watch)
        later = links.acknowledge(token)
        unknown = links.acknowledge(earlier)

    for one in (over, later, unknown):
        assert one is not None
        assert (one.going, one.over) == ((), 1)
    assert put == []


async def test_a_number_that_began_anew_is_not_taken_for_an_older_one(tmp_path: Path) -> None:
    """As after a loss of all that was remembered: the link was made before this incident opened."""
    async with asking(tmp_path) as (watch, _):
        put: list[Event] = []
        links = service(watch, tmp_path, put)
        link = links.link("ops", ["down/x/1"])
        await open_down(watch)
        assert ref_of(watch).endswith("/1")
        linked = links.acknowledge(token_of(link))

    assert linked is not None
    assert linked.going == ()
    assert put == []


async def test_there_is_no_link_where_nobody_could_follow_it(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, _):
        put: list[Event] = []
        links = service(watch, tmp_path, put)
        for refs in ([], ["down/x"], ["down/x/0"], ["down/x/a"], ["down/x/" + "9" * 40]):
            assert links.link("ops", refs) is None
        token = token_of(links.link("ops", ["down/x/1"]))
        nowhere = service(watch, tmp_path, put, outside=None)

        assert nowhere.link("ops", ["down/x/1"]) is None
        assert nowhere.linked(token) is None


async def test_there_is_no_link_to_a_port_that_a_reload_names_and_nothing_listens_at(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        links = daemon.host.acknowledgements
        service(watch, tmp_path, [])
        await open_down(watch)

        assert daemon.active.settings.listen.http is not None
        assert links.link("ops", [ref_of(watch)]) is None


async def test_no_key_is_made_by_who_tries_links(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, _):
        links = service(watch, tmp_path / "state", [])
        (tmp_path / "state").mkdir()

        assert links.linked("A" * 40) is None
        assert links.acknowledge("A" * 40) is None
        assert not (tmp_path / "state" / NAME).exists()


async def test_a_link_ends_after_a_day(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, _):
        clock = SteadyClock(NOON)
        links = service(watch, tmp_path, [], clock=clock)
        token = token_of(links.link("ops", ["down/x/1"]))

        assert links.linked(token) is not None
        later = service(watch, tmp_path, [], clock=SteadyClock(clock.now().wall + 24 * 3600 + 5))
        assert later.linked(token) is None
