"""The pages about rules, which share what they know of them: all of them, one, why not, and Try."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automaton.pace.clock import Clock
from automaton.web.pages.charts_of_rules import ChartsOfRules
from automaton.web.pages.control_client import ControlClient
from automaton.web.pages.judging import JudgePort, Judging, NoJudge
from automaton.web.pages.live import LivePages
from automaton.web.pages.page import Pages
from automaton.web.pages.rule import RulePage
from automaton.web.pages.rule_rows import RuleRows
from automaton.web.pages.rule_tests import RuleTests
from automaton.web.pages.rules import RulesPage
from automaton.web.pages.trail_port import TrailPort
from automaton.web.pages.try_rule import TryPage
from automaton.web.pages.why_not import WhyNotPage

if TYPE_CHECKING:
    from starlette.routing import Route


class RulePages:
    """All of them."""

    def __init__(
        self, pages: Pages, control: ControlClient, trail: TrailPort, judge: JudgePort | None, clock: Clock
    ) -> None:
        rows, judging = RuleRows(control, clock), Judging(judge or NoJudge())
        self._rules = RulesPage(pages, rows)
        self._rule = RulePage(pages, control, rows, ChartsOfRules(trail, clock), RuleTests(control, judging))
        self._why_not = WhyNotPage(pages, control)
        self._try = TryPage(pages, control, rows, trail, judging)

    def routes(self, live: LivePages) -> list[Route]:
        """The routes that are answered here; `live` is told of those that change by themselves."""
        return [
            *self._rules.routes(live),
            *self._why_not.routes(live),
            *self._rule.routes(live),
            *self._try.routes(),
        ]
