"""`GET /v1/armed`, `POST /v1/rules/{rule}/arm`: how far a person lets a rule go, until the next reload."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Protocol

import msgspec
from msgspec import Meta

from automaton.web.http_json import json_of, read_body, route
from automaton.web.rule_request import asker_of, json_of_rule, rule_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

LONGEST_NOTE = 500
"""Characters: it stands on every page, and in every answer to what is set by hand."""


class ArmedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that is set to `arm` by hand, where its file says `own`; `holds` is what comes of it.

    `holds` is less than `arm` where `limits.arm` is. `since` is wall time; `by` is who wanted it.
    """

    rule: str
    arm: str
    own: str
    holds: str
    since: float
    by: str = ""
    note: str = ""


class ArmedList(msgspec.Struct, frozen=True):
    """All that are set by hand, in the order in which they were."""

    armed: list[ArmedRow]


class ArmWanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body: how far the rule may go; `file` is as its file says."""

    arm: Literal["off", "shadow", "live", "file"]
    note: Annotated[str, Meta(max_length=LONGEST_NOTE)] = ""


class ArmAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked of a rule, and what holds: the lesser of `arm` and `limit`, which is `limits.arm`."""

    rule: str
    arm: str
    own: str
    limit: str
    holds: str


class ArmingPort(Protocol):
    """What is needed of the daemon. `who` is for the log, the trail and people."""

    def armed(self) -> ArmedList:
        """All that are set by hand."""

    def arm(self, rule: str, wanted: ArmWanted, who: str) -> ArmAnswer | None:
        """Sets one; None for an unknown rule."""


def routes(port: ArmingPort) -> list[Route]:
    """The routes, answered by `port`."""

    async def listed(_: Request) -> Response:
        return json_of(port.armed())

    async def arm(request: Request) -> Response:
        wanted = await read_body(request, ArmWanted)
        return json_of_rule(port.arm(rule_of(request), wanted, asker_of(request)))

    return [route("/v1/armed", listed), route("/v1/rules/{rule}/arm", arm, methods=["POST"])]
