"""A call performs itself on whatever world it is given, by its verb."""

from __future__ import annotations

import pytest

from automaton.core.calls import (
    Call,
    MakeBackup,
    Notify,
    Request,
    RunProgram,
    SendCommand,
    SetPower,
    Severity,
    Signal,
)
from automaton.core.outcome import Outcome, Result


class Mirror:
    """A world that answers with what it was asked."""

    async def send_command(self, call: SendCommand) -> Outcome:
        return Outcome(Result.DONE, f"send {call.command}")

    async def set_power(self, call: SetPower) -> Outcome:
        return Outcome(Result.DONE, f"power {call.signal}")

    async def notify(self, call: Notify) -> Outcome:
        return Outcome(Result.DONE, f"notify {call.channel}")

    async def make_backup(self, call: MakeBackup) -> Outcome:
        return Outcome(Result.DONE, f"backup {call.name}")

    async def request(self, call: Request) -> Outcome:
        return Outcome(Result.DONE, f"http {call.method} {call.url}")

    async def run_program(self, call: RunProgram) -> Outcome:
        return Outcome(Result.DONE, f"exec {call.program}")


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
        (MakeBackup(server="u", name="nightly"), "backup nightly"),
        (Request(server="u", url="page"), "http POST page"),
        (RunProgram(server="u", program="rotate"), "exec rotate"),
    ],
)
async def test_a_call_reaches_its_port(call: Call, told: str) -> None:
    assert (await call.perform(Mirror())).detail == told
    assert told.startswith(call.verb)


def test_severities_have_an_order() -> None:
    assert sorted(Severity, key=lambda one: one.rank) == [Severity.INFO, Severity.WARNING, Severity.CRITICAL]
