"""`GET /v1/rules/{rule}/explain`: what a rule thinks of one key now, and what it remembers of it.

What is printed by its type (`93.4 %`) is text here too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from automaton.web.http_json import route
from automaton.web.routes.incidents import IncidentRow
from automaton.web.rule_request import json_of_rule, rule_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route


class PartRow(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an expression, `depth` levels below the whole, with its value, or `why` it is unknown."""

    source: str
    value: str
    depth: int
    known: bool = True
    why: str = ""


class ExpressionRow(msgspec.Struct, frozen=True, kw_only=True):
    """An expression under its word in the rule (`while`, `if`, `changes` …), the whole first."""

    word: str
    parts: list[PartRow]


class ClockRow(msgspec.Struct, frozen=True, kw_only=True):
    """`so_far` of `needed`: seconds, or, where `counts`, occurrences within `within` seconds.

    `left` is None where time alone does not complete it; `stands_still` where that is because the server
    is not seen.
    """

    name: str
    so_far: float
    needed: float
    left: float | None = None
    stands_still: bool = False
    counts: bool = False
    within: float = 0.0


class ReasonRow(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict's code, its sentence, and its figures."""

    verdict: str
    sentence: str
    detail: str = ""


class CallRow(msgspec.Struct, frozen=True, kw_only=True):
    """A call, or one that was held back (`asked` false). `result` is empty while it is not known."""

    verb: str
    what: str
    asked: bool
    result: str = ""
    detail: str = ""


class EntryRow(msgspec.Struct, frozen=True, kw_only=True):
    """A decision as it was remembered: `at` is seconds since 1970, `age` how long that is ago.

    `cause` is what happened just then, "" where only time passed; it holds strangers' text as it came.
    """

    at: float
    age: float
    verdict: str
    sentence: str
    detail: str = ""
    cause: str = ""
    expressions: list[ExpressionRow] = []
    clocks: list[ClockRow] = []
    calls: list[CallRow] = []


class StepRow(msgspec.Struct, frozen=True, kw_only=True):
    """The step that a run has reached: `number` of `steps`. `place` is where it is written.

    `of` is the key of the rule that holds the steps: `do`, `on_clear`, `escalate` or `then`. `age`: its run
    began so many seconds ago.
    """

    verb: str
    number: int
    steps: int
    waits: str
    left: float | None = None
    place: str = ""
    of: str = "do"
    age: float = 0.0


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule thinks of one key now, and what it remembers of it.

    `phase` is `idle`, `pending`, `open` or `tripped`. `reasons` are why nothing fires or is done, the first
    is the one that counts; empty where it would fire, or where it fired and acts. `blind` says why nobody
    sees the server, empty where it is seen; `blind_for` how long that is so. `counted` are the evaluations
    by verdict, of all the rule's keys, since the daemon began. `set_off_by` is `while` or the trigger's word.
    """

    rule: str
    key: str
    name: str
    note: str = ""
    arm: str
    severity: str
    set_off_by: str
    phase: str
    reasons: list[ReasonRow] = []
    blind: str = ""
    blind_for: float | None = None
    expressions: list[ExpressionRow] = []
    clocks: list[ClockRow] = []
    incident: IncidentRow | None = None
    steps: list[StepRow] = []
    fired: list[EntryRow] = []
    held: list[EntryRow] = []
    not_matched: list[EntryRow] = []
    counted: dict[str, int] = {}


class Explanations(msgspec.Struct, frozen=True):
    """One of each key: a rule whose `by` is a list has several for one server."""

    explanations: list[Explanation]


class ExplainPort(Protocol):
    """What is needed of the daemon."""

    async def explain(self, rule: str, key: str) -> Explanations | None:
        """One of each key that `key` means; None for an unknown rule."""


def routes(port: ExplainPort) -> list[Route]:
    """The routes, answered by `port`; the key stands in the query, for it may hold slashes."""

    async def explain(request: Request) -> Response:
        return json_of_rule(await port.explain(rule_of(request), request.query_params.get("key", "")))

    return [route("/v1/rules/{rule}/explain", explain)]
