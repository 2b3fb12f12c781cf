"""A call performs itself on whatever world it is given, by its verb."""

from __future__ import annotations

import pytest

from automaton.core.calls import Call, Notify, SendCommand, SetPower, Severity, Signal
from automaton.core.outcome import Outcome, Result


class Mirror:
    """A world that answers with what it was asked."""

    async def send_command(self, call: SendCommand) -> Outcome:
        return Outcome(Result.DONE, f"send {call.command}")

    async def set_power(self, call: SetPower) -> Outcome:
        return Outcome(Result.DONE, f"power {call.signal}")

    async def notify(self, call: Notify) -> Outcome:
        return Outcome(Result.DONE, f"notify {call.channel}")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("call", "told"),
    [
        (SendCommand(server="u", command="list"), "send list"),
        (SetPower(server="u", signal=Signal.STOP), "power stop"),
        (Notify(server="u", channel="ops", text="x"), "notify ops"),
    ],
)
async def test_a_call_reaches_its_port(call: Call, told: str) -> None:
    assert (await call.perform(Mirror())).detail == told
    assert told.startswith(call.verb)


def test_severities_have_an_order() -> None:
    assert sorted(Severity, key=lambda one: one.rank) == [Severity.INFO, Severity.WARNING, Severity.CRITICAL]
