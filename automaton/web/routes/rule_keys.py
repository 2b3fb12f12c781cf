"""`GET /v1/rules/{rule}/keys`: how a rule stands towards each server, node or the fleet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from automaton.web.http_json import route
from automaton.web.rule_request import json_of_rule, rule_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

MOST_KEYS = 500
"""Rows of one answer, those first of which there is something to see: nobody reads a longer table."""


class RuleKeyRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A key with its name for people. `phase` is `idle`, `pending`, `open` or `tripped`.

    `open_for` is seconds since its incident opened; `resets_in` what is left of a tripped breaker, None for
    a person only.
    """

    key: str
    name: str
    phase: str = "idle"
    open_for: float | None = None
    resets_in: float | None = None


class RuleKeys(msgspec.Struct, frozen=True, kw_only=True):
    """MOST_KEYS of them, and how many there are in all."""

    keys: list[RuleKeyRow]
    total: int


class RuleKeysPort(Protocol):
    """What is needed of the daemon."""

    async def keys(self, rule: str) -> RuleKeys | None:
        """Those of a rule; None for an unknown rule."""


def routes(port: RuleKeysPort) -> list[Route]:
    """The routes, answered by `port`."""

    async def keys(request: Request) -> Response:
        return json_of_rule(await port.keys(rule_of(request)))

    return [route("/v1/rules/{rule}/keys", keys)]
