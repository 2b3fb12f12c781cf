"""While a key is refused nobody asks with it."""

from __future__ import annotations

import anyio
import pytest

from automaton.core.calls import Signal
from automaton.core.events import Profile
from automaton.core.outcome import Outcome
from automaton.pace.clock import SteadyClock
from automaton.wings.account import Account
from automaton.wings.causes import Cause
from automaton.wings.session_output import Ended
from automaton.wings.token import Grant
from tests.wings.no_panel import NoPanel

pytestmark = pytest.mark.anyio

REFUSED = Ended(Cause.KEY_REFUSED, "no")


class Nobody(NoPanel):
    """An API that is never asked."""

    goes_by_panel = True

    async def servers(self) -> list[Profile]:
        raise AssertionError

    async def permissions(self, uuid: str) -> frozenset[str]:
        return frozenset()

    async def server(self, uuid: str) -> Profile:
        raise AssertionError

    async def websocket(self, server: str) -> Grant:
        raise AssertionError

    async def power(self, uuid: str, signal: Signal) -> Outcome:
        raise AssertionError

    async def command(self, uuid: str, text: str) -> Outcome:
        raise AssertionError

    async def panel_outage(self) -> str:
        raise AssertionError


async def test_who_comes_while_the_key_is_refused_waits_until_it_is_accepted() -> None:
    clock = SteadyClock(0.0)
    account = Account(Nobody(), clock)
    await account.admitted()
    account.bar(REFUSED)
    account.bar(REFUSED)
    async with anyio.create_task_group() as group:
        group.start_soon(account.admitted)
        await anyio.sleep(300)
        account.admit()

    assert account.barred is None
    await account.admitted()
    assert clock.now().mono == 300
