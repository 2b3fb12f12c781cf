"""Commands and power actions are asked for by POST, of a server that there is, in a body of the shape."""

from __future__ import annotations

import pytest

from automaton.core.calls import Signal
from automaton.core.outcome import Outcome, Result
from automaton.web.http_json import LONGEST_BODY
from automaton.web.routes.server_actions import routes
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio


class Daemon:
    """Knows one server, `a`, and remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def knows(self, server: str) -> bool:
        return server == "a"

    async def command(self, server: str, text: str, who: str) -> Outcome:
        self.asked.append(f"{server}: {text} by {who}")
        return Outcome(Result.DONE, "typed", "panel")

    async def power(self, server: str, signal: Signal, who: str) -> Outcome:
        self.asked.append(f"{server}: {signal.value} by {who}")
        return Outcome(Result.UNKNOWN, "no answer", "panel")


async def test_a_command_and_a_power_action_are_asked_and_answered() -> None:
    daemon = Daemon()
    async with client_of(routes(daemon)) as client:
        command = await client.post(
            "/v1/servers/a/command", json={"command": "say hi"}, headers={"Automaton-User": "anna"}
        )
        power = await client.post(
            "/v1/servers/a/power", json={"signal": "restart"}, headers={"Automaton-User": "anna"}
        )

    assert command.json() == {"result": "done", "detail": "typed", "way": "panel"}
    assert power.json() == {"result": "unknown", "detail": "no answer", "way": "panel"}
    assert daemon.asked == ["a: say hi by anna", "a: restart by anna"]


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("/v1/servers/b/command", '{"command": "x"}', 404, "no server with this uuid"),
        ("/v1/servers/a/command", "{}", 400, "`command`"),
        ("/v1/servers/a/command", "[" * 5000, 400, "expected"),
        ("/v1/servers/a/power", '{"signal": "explode"}', 400, "explode"),
        ("/v1/servers/a/command", " " * (LONGEST_BODY + 1), 413, "at most"),
    ],
)
async def test_what_is_not_taken_is_told_and_not_asked(path: str, body: str, status: int, said: str) -> None:
    daemon = Daemon()
    async with client_of(routes(daemon)) as client:
        answer = await client.post(path, content=body)

    assert answer.status_code == status
    assert said in answer.json()["problem"]
    assert daemon.asked == []


async def test_acting_is_never_a_get() -> None:
    daemon = Daemon()
    async with client_of(routes(daemon)) as client:
        for path in ("/v1/servers/a/command", "/v1/servers/a/power"):
            assert (await client.get(path)).status_code == 405

    assert daemon.asked == []
