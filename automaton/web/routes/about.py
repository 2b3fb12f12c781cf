"""`GET /v1/about`: what runs, on which files, within which limits, and what it does not cover."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from automaton.web.http_json import json_of, route

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route


class LimitInForce(msgspec.Struct, frozen=True):
    """A key of `limits`, and what holds, as people read it."""

    name: str
    value: str


class SourceRow(msgspec.Struct, frozen=True, kw_only=True):
    """Where servers come from: `kind` is `Panel` or `node`; `problem` a sentence, empty while all is well."""

    name: str
    kind: str
    servers: int
    keys: int = 1
    problem: str = ""


class NotCovered(msgspec.Struct, frozen=True, kw_only=True):
    """Something that automaton does not do or see here: why, and of which servers, at most MOST_NAMES."""

    what: str
    servers: int = 0
    names: list[str] = []


class About(msgspec.Struct, frozen=True, kw_only=True):
    """The daemon as it runs now. Moments in wall seconds.

    `file` is the automaton.yml that was read at `read_at`; `refused` is why the last reload was not taken.
    `kept_for` seconds and `kept_size` bytes are what the journal's trail may grow to.
    """

    version: str
    python: str
    system: str
    libraries: dict[str, str]
    pid: int
    started: float
    file: str
    read_at: float
    refused: str
    state: str
    rules: int
    limits: list[LimitInForce]
    sources: list[SourceRow]
    not_covered: list[NotCovered]
    kept_for: float
    kept_size: int


class AboutPort(Protocol):
    """What is needed of the daemon."""

    async def about(self) -> About:
        """All of it, as it is now. It may yield to the engine."""


def routes(port: AboutPort) -> list[Route]:
    """The routes, answered by `port`."""

    async def about(_: Request) -> Response:
        return json_of(await port.about())

    return [route("/v1/about", about)]
