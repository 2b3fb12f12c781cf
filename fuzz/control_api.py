"""What may be sent to the control socket: a request, as bytes, to the routes that take something.

Every answer is JSON; a refusal is a sentence in it, and nothing is a 500. What a request has the engine do is
an event that can be recorded, and that an engine takes.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator

from automaton.core.calls import Signal
from automaton.core.events import Event
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.daemon.services.inspector import Inspector
from automaton.daemon.services.silences import SilencesService
from automaton.web.control_api import ControlApi
from automaton.web.recording_format import read_row, write_row
from automaton.web.routes import breakers, explain, incidents, recording, server_actions
from automaton.web.routes.breakers import BreakerList
from automaton.web.routes.explain import Explanations
from automaton.web.routes.incidents import IncidentList
from fuzz.asgi import ask
from fuzz.engines import NOON, SERVER, book, engine, let_pass, list_servers

_LONGEST_ANSWER = 64 * 1024  # bytes; an engine with one server has little to tell


class _Daemon:
    """Answers for the services that need more of a daemon than its engine."""

    def now(self) -> Moment:
        return NOON + 1.0

    def knows(self, server: str) -> bool:
        return server == SERVER

    async def command(self, server: str, text: str, who: str) -> Outcome:
        return Outcome(Result.DONE, f"{len(text)} characters")

    async def power(self, server: str, signal: Signal, who: str) -> Outcome:
        return Outcome(Result.DONE, signal.value)

    async def breakers(self) -> BreakerList:
        return BreakerList([])

    def reset_breaker(self, rule: str, key: str, who: str) -> BreakerList | None:
        return BreakerList([]) if rule == "down" else None

    async def incidents(self) -> IncidentList:
        return IncidentList([])

    async def acknowledge(self, rule: str, key: str, who: str) -> IncidentList | None:
        return IncidentList([]) if rule == "down" else None

    async def explain(self, rule: str, key: str) -> Explanations | None:
        return Explanations([]) if rule == "down" else None

    async def stream(self, part: int, seconds: float | None) -> AsyncIterator[bytes]:
        yield json.dumps({"part": part, "for": seconds}).encode()


def check(data: bytes) -> None:
    """Sends one request, and gives the engine what came of it."""
    daemon, one, events = _Daemon(), engine(), list[Event]()
    told = list_servers(one, [SERVER])
    routes = [route for room in (breakers, explain, incidents, recording) for route in room.routes(daemon)]
    rules = {rule.id: rule for rule in book().rules}
    silences = SilencesService(rules.get, Inspector(one), events.append, str, daemon)
    answer = ask(ControlApi([*routes, *server_actions.routes(daemon), *silences.routes()]).app, data)
    if answer is None:
        return
    assert answer.status < 500
    assert len(answer.body) <= _LONGEST_ANSWER
    if answer.headers.get(b"content-type", b"").startswith(b"application/json"):
        said = json.loads(answer.body)
        assert answer.status < 400 or said["problem"]
    for event in events:
        assert read_row(write_row(event)) == event, "an event that a recording changes"
        told += one.handle(event)
    if events:
        let_pass(one, 60.0, told)
        json.dumps(one.dump(one.now), allow_nan=False)


def seeds() -> Iterator[bytes]:
    """Right and wrong requests to each route."""
    bodies = (
        '{"rules":["*"],"servers":["lobby","u-*"],"seconds":60,"note":"x"}',
        '{"rules":[],"servers":[],"seconds":1}',
        '{"command":"say hello"}', '{"signal":"restart"}', '{"key":"u-0"}', "{}", "[]", "", '{"seconds":NaN}',
    )  # fmt: skip
    paths = (
        "/v1/silences", f"/v1/servers/{SERVER}/command", f"/v1/servers/{SERVER}/power", "/v1/rules/down/ack",
        "/v1/rules/down/reset", "/v1/silences/x/end", "/v1/silences/preview",
    )  # fmt: skip
    for path in paths:
        for body in bodies:
            yield f"POST {path} HTTP/1.1\nHost: x\n\n{body}".encode()
    for target in (
        "/v1/recording?part=1&for=2", "/v1/recording?part=1e308&for=nan", "/v1/silences",
        "/v1/rules/down/explain?key=%2f%ff", "/v1/incidents", "/v1/breakers", "/%00", "//x",
    ):  # fmt: skip
        yield f"GET {target} HTTP/1.1\nHost: x\n\n".encode()
