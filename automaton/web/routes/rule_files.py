"""`GET /v1/rules/{rule}/source`: a rule as it was loaded; `GET /v1/rule-files`: all that is judged by.

For people who look at rules, and to try others beside them. Nothing of automaton.yml is in it but names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from automaton.web.http_json import json_of, route
from automaton.web.rule_request import json_of_rule, rule_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route


class RuleSource(msgspec.Struct, frozen=True, kw_only=True):
    """The text of a rule's file as it was loaded, and the line in which the rule begins.

    `changed` says what became of the file since, empty where it is the same.
    """

    rule: str
    file: str
    line: int
    text: str
    changed: str = ""


class RuleFiles(msgspec.Struct, frozen=True, kw_only=True):
    """Texts by file name: rules as they were loaded, and the operator's own packs as they are.

    The others are names that rules may use.
    """

    rules: dict[str, str]
    packs: dict[str, str] = {}
    channels: dict[str, str] = {}
    hooks: list[str] = []
    urls: list[str] = []
    programs: list[str] = []


class RuleFilesPort(Protocol):
    """What is needed of the daemon."""

    async def source(self, rule: str) -> RuleSource | None:
        """The file of a rule; None for an unknown rule."""

    async def files(self) -> RuleFiles:
        """All of them."""


def routes(port: RuleFilesPort) -> list[Route]:
    """The routes, answered by `port`."""

    async def source(request: Request) -> Response:
        return json_of_rule(await port.source(rule_of(request)))

    async def files(_: Request) -> Response:
        return json_of(await port.files())

    return [route("/v1/rules/{rule}/source", source), route("/v1/rule-files", files)]
