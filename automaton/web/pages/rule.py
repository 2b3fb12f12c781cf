"""`/rules/{rule}`: one rule: its source, its tests, what it did over time, and whom it stands how towards.

Rules are not edited here: the files and their history are the operators'. What is set by hand here holds
until the files are read again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from automaton.web.http_json import RequestRefused
from automaton.web.pages.charts_of_rules import ChartsOfRules
from automaton.web.pages.control_client import ControlClient, part
from automaton.web.pages.forms import acting_form, looking_form
from automaton.web.pages.key_names import told_name
from automaton.web.pages.live import LivePages, LiveView
from automaton.web.pages.page import Pages, back
from automaton.web.pages.rule_rows import RuleRows, why_arm
from automaton.web.pages.rule_source import source_lines
from automaton.web.pages.rule_tests import RuleTests
from automaton.web.pages.verdict_bars import counted
from automaton.web.routes.arming import ArmAnswer
from automaton.web.routes.breakers import BreakerList
from automaton.web.routes.rule_files import RuleSource
from automaton.web.routes.rule_keys import RuleKeys
from automaton.web.routes.rules import RuleRow

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route


class RulePage:
    """The page of one rule."""

    def __init__(
        self, pages: Pages, control: ControlClient, rows: RuleRows, charts: ChartsOfRules, tests: RuleTests,
    ) -> None:  # fmt: skip
        self._pages = pages
        self._control = control
        self._rows = rows
        self._charts = charts
        self._tests = tests

    def routes(self, live: LivePages) -> list[Route]:
        """The routes that are answered here; `live` is told of those that change by themselves."""
        from starlette.routing import Route

        live.add("/rules/{rule}", self.regions)
        return [
            Route("/rules/{rule}", self.shown),
            Route("/rules/{rule}/arm", self.arm, methods=["POST"]),
            Route("/rules/{rule}/reset", self.reset, methods=["POST"]),
            Route("/rules/{rule}/tests", self.run_tests, methods=["POST"]),
        ]

    async def shown(self, request: Request) -> Response:
        """The page."""
        id_ = str(request.path_params["rule"])
        row, keys = await self._row(id_), await self._keys(id_)
        source = await self._control.read(f"/v1/rules/{part(id_)}/source", RuleSource)
        return self._pages.page(
            request, "rule.html", row=row, keys=keys, source=source, why_arm=why_arm(row),
            lines=source_lines(source.text, source.line), charts=await self._charts.of(id_),
            since_start=counted(row.counted), tests=self._tests.known(source.file, source.text),
            has_tests="tests" in source.text,  # whatever the form of its YAML
        )  # fmt: skip

    async def regions(self, view: LiveView) -> Mapping[str, str]:
        """What changes on it."""
        id_ = view.path["rule"]
        row, keys = await self._row(id_), await self._keys(id_)
        render = self._pages.renderer.part
        return {
            "figures": render("rule_parts.html", "figures", row, why_arm(row)),
            "keys": render("rule_parts.html", "keys", row, keys, _token(view), view.visitor.may_act),
            "over-time": render("rule_parts.html", "over_time", await self._charts.of(id_)),
            "since-start": render("rule_parts.html", "verdicts", counted(row.counted)),
        }

    async def arm(self, request: Request) -> Response:
        """Sets how far the rule may go."""
        visitor, form = await acting_form(request)
        id_ = str(request.path_params["rule"])
        wanted = {"arm": form["arm"], "note": form["note"]}
        assert visitor.session is not None
        path, tell = f"/v1/rules/{part(id_)}/arm", visitor.session.warn
        answer = await self._control.act(path, ArmAnswer, visitor.name, wanted, tell)
        self._rows.forget()
        visitor.session.note(told(answer), "done" if answer.holds == _wanted(answer) else "unknown")
        return back(f"/rules/{part(id_)}")

    async def reset(self, request: Request) -> Response:
        """Puts the rule to work again where its breaker tripped."""
        visitor, form = await acting_form(request)
        id_ = str(request.path_params["rule"])
        path = f"/v1/rules/{part(id_)}/reset"
        answer = await self._control.act(path, BreakerList, visitor.name, {"key": form["key"]})
        assert visitor.session is not None
        names = ", ".join(told_name(one.name, one.key) for one in answer.breakers)
        said = f"{id_} works again for {names}" if names else f"the breaker of {id_} has not tripped there"
        visitor.session.note(said, "done" if names else "unknown")
        return back(f"/rules/{part(id_)}")

    async def run_tests(self, request: Request) -> Response:
        """Runs the tests that stand beside the rule. Whoever may look may do that: nothing is changed."""
        visitor, _ = await looking_form(request)
        id_ = str(request.path_params["rule"])
        source = await self._control.read(f"/v1/rules/{part(id_)}/source", RuleSource)
        await self._tests.run(source.file, source.text, visitor.name)
        return back(f"/rules/{part(id_)}#tests")

    async def _row(self, id_: str) -> RuleRow:
        for row in await self._rows.all():
            if row.id == id_:
                return row
        raise RequestRefused(
            404, f"there is no rule `{id_[:80]}` now; the page of rules lists those there are"
        )

    async def _keys(self, id_: str) -> RuleKeys:
        return await self._control.read(f"/v1/rules/{part(id_)}/keys", RuleKeys)


def told(answer: ArmAnswer) -> str:
    """What holds from now on."""
    again = answer.arm == "file" or answer.arm == answer.own
    until = "again, as its file says" if again else "until the next reload"
    limit = f": `limits.arm` is {answer.limit}, and the lesser holds"
    return f"{answer.rule} is {answer.holds} {until}" + (limit if answer.holds != _wanted(answer) else "")


def _wanted(answer: ArmAnswer) -> str:
    return answer.own if answer.arm == "file" else answer.arm


def _token(view: LiveView) -> str:
    session = view.visitor.session
    return session.csrf if session is not None else ""
