"""The way to a channel says what waits, and why nothing of it is taken: once an outage."""

from __future__ import annotations

import anyio
import pytest
from structlog.testing import capture_logs
from trio.testing import MockClock

from automaton.cluster.messages.box import Box
from automaton.core.calls import SendMessage
from automaton.core.moment import Moment
from automaton.daemon.cluster.outlet import Outlet, Waiting
from automaton.delivery.channel import Channel
from automaton.delivery.surroundings import ServerLabel
from automaton.pace.clock import SteadyClock
from automaton.secret import Secret

pytestmark = pytest.mark.anyio
NOW = Moment(1_000.0, 1_700_000_000.0)


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


def outlet() -> Outlet:
    return Outlet(Channel(name="ops", urls=(Secret("json://ops"),)), Box("delivery/handed/ops", "fleet", NOW))


async def test_an_outage_is_told_once() -> None:
    way = outlet()
    way.box.put(SendMessage(server="s", channel="ops", text="t"), ServerLabel("s"), NOW)
    with capture_logs() as logs:
        way.fail("nobody answers")
        way.fail("nobody answers")

    assert way.waiting(NOW + 5.0) == Waiting("ops", 1, 5.0, "nobody answers", 0)
    assert [(one["event"], one["reason"]) for one in logs] == [("messages.wait", "nobody answers")]


async def test_what_comes_after_the_look_is_news() -> None:
    way = outlet()
    way.begin()
    way.nudge()
    await way.nudged()
    way.begin()

    with pytest.raises(TimeoutError), anyio.fail_after(1.0):
        await way.nudged()


async def test_news_does_not_shorten_the_wait_after_a_failure_but_a_person_does() -> None:
    way = outlet()
    way.begin()
    way.nudge()
    before = SteadyClock(0.0).now().mono
    await way.hurried(5.0)
    waited = SteadyClock(0.0).now().mono - before
    way.hurry()
    await way.hurried(5.0)

    assert (waited, SteadyClock(0.0).now().mono - before) == (5.0, 5.0)
