"""The lists of all accounts are one; a list that cannot be read is tried again, sooner than usual."""

from __future__ import annotations

from random import Random

import pytest

from automaton.errors import Refused, Unreachable
from automaton.pace.clock import SteadyClock
from automaton.wings.account import Account
from automaton.wings.causes import Cause
from automaton.wings.panel_health import PanelHealth
from automaton.wings.server_discovery import REFRESH_JITTER, ServerDiscovery
from tests.wings.fake_api import FakeApi

pytestmark = pytest.mark.anyio


def discovery_of(*apis: FakeApi) -> tuple[ServerDiscovery, list[Account], list[Account]]:
    """A discovery, its accounts, and those that it found recovered."""
    accounts = [Account(api, SteadyClock(0.0)) for api in apis]
    recovered: list[Account] = []
    health = PanelHealth(apis[0].panel_outage, lambda _: None)
    discovery = ServerDiscovery(accounts, health, refresh=300.0, chance=Random(1), recovered=recovered.append)
    return discovery, accounts, recovered


async def test_a_server_of_two_lists_is_found_once_and_seen_by_both() -> None:
    discovery, (first, second), _ = discovery_of(FakeApi("a", "b"), FakeApi("b"))

    found = await discovery.read()

    assert (set(found.profiles), found.whole) == ({"a", "b"}, True)
    assert found.seen_by == {"a": [first], "b": [first, second]}
    assert REFRESH_JITTER[0] * 300 <= discovery.pause() <= REFRESH_JITTER[1] * 300


async def test_what_a_list_that_cannot_be_read_held_is_not_known_to_be_gone() -> None:
    lost = FakeApi("b")
    discovery, _, _ = discovery_of(FakeApi("a"), lost)
    lost.error = Unreachable("down")

    found = await discovery.read()

    assert (set(found.profiles), found.whole) == ({"a"}, False)
    assert discovery.problem is not None
    assert discovery.problem.cause is Cause.PANEL_UNREACHABLE
    assert discovery.pause() < 10


async def test_an_account_recovers_once_when_its_list_can_be_read_again() -> None:
    api = FakeApi("a")
    discovery, (account,), recovered = discovery_of(api)
    await discovery.read()
    api.error = Refused("no", status=401)
    await discovery.read()
    was_barred = account.barred is not None
    api.error = None
    await discovery.read()
    await discovery.read()

    assert was_barred
    assert (account.barred, discovery.problem, recovered) == (None, None, [account])


async def test_a_panel_that_may_be_down_is_probed_before_the_problem_is_known() -> None:
    api = FakeApi("a")
    discovery, (account,), _ = discovery_of(api)
    api.error, api.outage = Unreachable("down"), "HTTP 502"

    await discovery.read()

    assert len(api.probes) == 1
    assert account.problem is not None
