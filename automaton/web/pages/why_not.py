"""`/rules/{rule}/why-not?server=…`: what keeps a rule from firing for a server, in words, as it changes.

The words are those of `automaton why-not`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from automaton.web import explain_words as words
from automaton.web.http_json import RequestRefused
from automaton.web.pages.control_client import ControlClient, part
from automaton.web.pages.key_names import told_name
from automaton.web.pages.live import LivePages, LiveView
from automaton.web.pages.page import Pages
from automaton.web.routes.explain import ClockRow, Explanation, Explanations, ExpressionRow
from automaton.web.routes.rule_keys import RuleKeys

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route


@dataclass(frozen=True, slots=True)
class TimerShown:
    """A clock with its sentence, and how far it is: `so_far` of `needed`, None for what has no length."""

    sentence: str
    so_far: float = 0.0
    needed: float | None = None


@dataclass(frozen=True, slots=True)
class ReasonShown:
    """A reason with what made it. `is_first`: it is the one that counts."""

    sentence: str
    verdict: str
    is_first: bool
    expressions: tuple[ExpressionRow, ...]
    timers: tuple[TimerShown, ...]


@dataclass(frozen=True, slots=True)
class WhyNot:
    """The answer for one key: its headline, its reasons, and all conditions and clocks besides."""

    one: Explanation
    headline: str
    reasons: tuple[ReasonShown, ...]
    conditions: tuple[ExpressionRow, ...]
    timers: tuple[TimerShown, ...]
    steps: tuple[str, ...]


class WhyNotPage:
    """Asks the daemon, each time anew."""

    def __init__(self, pages: Pages, control: ControlClient) -> None:
        self._pages = pages
        self._control = control

    def routes(self, live: LivePages) -> list[Route]:
        """The routes that are answered here; `live` is told of those that change by themselves."""
        from starlette.routing import Route

        live.add("/rules/{rule}/why-not", self.regions)
        return [Route("/rules/{rule}/why-not", self.shown)]

    async def shown(self, request: Request) -> Response:
        """The page. Without a server, the first that the rule covers."""
        rule, key = str(request.path_params["rule"]), request.query_params.get("server", "")
        keys = await self._control.read(f"/v1/rules/{part(rule)}/keys", RuleKeys)
        if not key and keys.keys:
            key = keys.keys[0].key
        found = await self._answers(rule, key) if key else []
        return self._pages.page(request, "why_not.html", rule=rule, key=key, keys=keys, answers=found)

    async def regions(self, view: LiveView) -> Mapping[str, str]:
        """What changes on it."""
        key = view.query.get("server", "")
        if not key:
            return {}
        answers = await self._answers(view.path["rule"], key)
        return {"why": self._pages.renderer.part("why_not_parts.html", "answers", answers)}

    async def _answers(self, rule: str, key: str) -> Sequence[WhyNot]:
        path = f"/v1/rules/{part(rule)}/explain"
        answer = await self._control.read(path, Explanations, {"key": key})
        if not answer.explanations:
            raise RequestRefused(
                404, f"nothing is known of `{key[:80]}`: no such server, node or fleet is watched"
            )
        return [why_not(one) for one in answer.explanations]


def why_not(one: Explanation) -> WhyNot:
    """An explanation as it is shown."""
    ordered = words.gates_first(one)
    name = told_name(one.name, one.key)
    headline = f"Nothing keeps {one.rule} from firing for {name}"
    if ordered:
        because = words.because(one, ordered[0], name)
        headline = because[0].upper() + because[1:] if because.startswith("nothing") else because
    reasons = tuple(
        ReasonShown(
            words.reason(row), row.verdict, not number,
            tuple(words.expressions_below(one, row)), tuple(map(timer, words.clocks_below(one, row))),
        )
        for number, row in enumerate(ordered)
    )  # fmt: skip
    shown = {expression.word for row in reasons for expression in row.expressions}
    conditions = tuple(
        expression
        for expression in one.expressions
        if expression.word not in shown and (expression.word != "until" or one.incident is not None)
    )
    told = {clock.name for row in ordered for clock in words.clocks_below(one, row)}
    timers = tuple(timer(clock) for clock in one.clocks if clock.name not in told)
    return WhyNot(one, headline, reasons, conditions, timers, tuple(map(words.step, one.steps)))


def timer(row: ClockRow) -> TimerShown:
    """A clock, with a length where it has one."""
    has_length = row.needed > 0 and row.name not in ("schedule", "mute")
    return TimerShown(words.clock(row), row.so_far, row.needed if has_length else None)
