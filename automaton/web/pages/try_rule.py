"""`/try`: a rule on pasted lines, on virtual time, beside the one that runs. Nothing of it is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automaton.core.span import span
from automaton.web.http_json import RequestRefused
from automaton.web.judged import JudgeWanted, Tried
from automaton.web.pages.control_client import ControlClient, part
from automaton.web.pages.forms import SentForm, looking_form
from automaton.web.pages.judging import JudgeFailedError, Judging
from automaton.web.pages.page import Pages
from automaton.web.pages.rule_rows import RuleRows
from automaton.web.pages.trail_port import TrailPort, TrailUnreadableError, TrailWanted
from automaton.web.routes.rule_files import RuleFiles, RuleSource

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

NEW = "tried.yml"
"""The file of a rule that is not one of those that run."""

AFTER = (60, 600, 3_600, 21_600, 86_400)  # seconds that may pass after the last line
MOST_PICKED = 200  # lines that are picked of the trail
LINE = "line: "  # daemon/services/event_text.py
BLANK = """\
rules:
  - id: my-rule
    when: {console: "Can't keep up!"}
    do: [{notify: ops, text: "${name}: ${it.line}"}]
"""


class TryPage:
    """The form, and what came of it."""

    def __init__(
        self, pages: Pages, control: ControlClient, rows: RuleRows, trail: TrailPort, judging: Judging
    ) -> None:
        self._pages = pages
        self._control = control
        self._rows = rows
        self._trail = trail
        self._judging = judging

    def routes(self) -> list[Route]:
        """The routes that are answered here."""
        from starlette.routing import Route

        return [Route("/try", self.shown), Route("/try", self.tried, methods=["POST"])]

    async def shown(self, request: Request) -> Response:
        """The form, with the rule that the query names and the lines that it decided on lately."""
        rule = request.query_params.get("rule", "")
        file, text, lines, note = NEW, BLANK, "", ""
        if rule:
            source = await self._control.read(f"/v1/rules/{part(rule)}/source", RuleSource)
            file, text = source.file, source.text
            if request.query_params.get("lines"):
                lines, note = await self._picked(rule)
        facts = request.query_params.get("facts", "")
        return await self._page(
            request, rule=rule, file=file, text=text, input=lines, facts=facts, after=AFTER[1], note=note
        )

    async def tried(self, request: Request) -> Response:
        """The same, with what came of it. Whoever may look may try: nothing is changed."""
        visitor, form = await looking_form(request)
        files = await self._control.read("/v1/rule-files", RuleFiles)
        wanted = wanted_of(form, files)
        tried, failure = Tried(), ""
        try:
            tried = await self._judging.try_out(wanted, visitor.name)
        except JudgeFailedError as problem:
            failure = str(problem)
        except RequestRefused as problem:
            if problem.status != 429:
                raise
            failure = str(problem)
        return await self._page(
            request, rule=form["rule"], file=wanted.file, text=wanted.text, input=wanted.input,
            facts=wanted.facts, after=int(wanted.after), note="", tried=tried, failure=failure,
            runs=wanted.file in files.rules,
        )  # fmt: skip

    async def _page(self, request: Request, **values: Any) -> Response:
        rules = await self._rows.all()
        known: dict[str, Any] = {"tried": None, "failure": "", "runs": False}
        return self._pages.page(
            request, "try.html", rules=rules, afters=[(one, span(one)) for one in AFTER], **(known | values)
        )

    async def _picked(self, rule: str) -> tuple[str, str]:
        """The lines that a rule decided on lately, the oldest first, and why there are none."""
        try:
            rows = await self._trail.rows(TrailWanted(rule=rule, limit=MOST_PICKED))
        except TrailUnreadableError as problem:
            return "", str(problem)
        causes = [str(row.body.get("cause", "")) for row in reversed(rows)]
        lines = [cause.removeprefix(LINE) for cause in causes if cause.startswith(LINE)]
        note = "" if lines else "the journal has no line that this rule decided on"
        return "\n".join(dict.fromkeys(lines)), note


def wanted_of(form: SentForm, files: RuleFiles) -> JudgeWanted:
    """What a form asks for. A file that does not run is one of its own."""
    file = form["file"] if form["file"] in files.rules else NEW
    try:
        after = float(form["after"])
    except ValueError:
        after = float(AFTER[1])
    return JudgeWanted(
        what="try", files=files, file=file, text=_lines(form["text"]), input=_lines(form["input"]),
        facts=form["facts"], after=after if after in AFTER else float(AFTER[1]),
    )  # fmt: skip


def _lines(text: str) -> str:
    """A browser sends line ends as the Internet has them."""
    return text.replace("\r\n", "\n")
