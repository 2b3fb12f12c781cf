"""`/silences`: what people hold back, for how long; a new silence or maintenance, with what it would hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from automaton.errors import Invalid
from automaton.expr.units import duration
from automaton.natural_order import natural_order
from automaton.pace.clock import Clock
from automaton.web.pages.control_client import ControlClient, DaemonRefusedError, part
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.forms import acting_form
from automaton.web.pages.live import LivePage, LivePages, LiveView
from automaton.web.pages.page import Pages, back
from automaton.web.pages.recent import RecentAnswers
from automaton.web.pages.security.visitor import actor_of, visitor_of
from automaton.web.pages.vain_globs import VainGlob, told, vain_rules, vain_servers
from automaton.web.routes.rules import RuleList
from automaton.web.routes.silences import (
    LONGEST_NOTE,
    SilenceList,
    SilencePreview,
    SilenceRow,
    SilenceWanted,
)

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

LENGTHS = ("15m", "1h", "2h", "4h", "8h", "1d", "7d")
MAINTENANCE = "maintenance"
FIELDS = ("rules", "servers", "for", "note", "kind")


@dataclass(frozen=True, slots=True)
class SilenceForm:
    """What was typed, as it was typed. Globs are apart by commas or lines."""

    rules: str = ""
    servers: str = ""
    length: str = "1h"
    note: str = ""
    kind: str = ""

    @property
    def is_maintenance(self) -> bool:
        """Whether it holds everything of some servers: it names no rules then."""
        return self.kind == MAINTENANCE

    def wanted(self) -> SilenceWanted:
        """What the daemon is asked. Raises ValueError with a sentence."""
        rules = [] if self.is_maintenance else globs_of(self.rules)
        servers = globs_of(self.servers)
        if self.is_maintenance and not servers:
            raise ValueError("Say what is under maintenance: a server, a node or a tag.")
        if not rules and not servers:
            raise ValueError("Name rules or servers: * is all of them.")
        try:
            seconds = duration(self.length.strip())
        except Invalid:
            raise ValueError("Say how long, as 90m, 2h or 1d.") from None
        note = self.note.strip()
        if self.is_maintenance:
            note = f"{MAINTENANCE}: {note}" if note else MAINTENANCE
        return SilenceWanted(rules=rules, servers=servers, seconds=seconds, note=note[:LONGEST_NOTE])


def globs_of(text: str) -> list[str]:
    """Those of a line, or of several; a name with a comma in it is written with `?`."""
    return [glob for line in text.splitlines() for one in line.split(",") if (glob := one.strip())]


class SilencesPage:
    """All silences."""

    def __init__(self, pages: Pages, feed: FleetFeed, control: ControlClient, clock: Clock) -> None:
        self._pages = pages
        self._clock = clock
        self._feed = feed
        self._control = control
        self._recent = RecentAnswers(control, clock)

    def routes(self, live: LivePages) -> list[Route]:
        """The routes that are answered here; `live` is told of those that change by themselves."""
        from starlette.routing import Route

        # Nothing of it is in the feed.
        live.add("/silences", LivePage(self.regions, wakes=lambda _view: False))
        return [
            Route("/silences", self.shown),
            Route("/silences", self.begun, methods=["POST"]),
            Route("/silences/new", self.new),
            Route("/silences/new", self.looked_over, methods=["POST"]),
            Route("/silences/preview", self.previewed),
            Route("/silences/end", self.ended, methods=["POST"]),
        ]

    async def shown(self, request: Request) -> Response:
        """The page."""
        visitor_of(request)
        rows = (await self._control.read("/v1/silences", SilenceList)).silences
        vain = await self._vain(*rows)
        return self._pages.page(request, "silences.html", rows=rows, vain=marks(vain), at=self._now())

    async def regions(self, view: LiveView) -> Mapping[str, str]:
        """What changes on it."""
        rows = (await self._recent.read("/v1/silences", SilenceList)).silences
        session = view.visitor.session
        csrf = session.csrf if session is not None and view.visitor.may_act else ""
        vain = marks(await self._vain(*rows))
        table = self._pages.renderer.part("silences_parts.html", "table", rows, vain, self._now(), csrf)
        return {"silences": table}

    async def new(self, request: Request) -> Response:
        """A form for one, filled with what leads here; without JavaScript the preview stands below."""
        actor_of(request)
        return await self._form(request, form_of(request.query_params))

    async def looked_over(self, request: Request) -> Response:
        """The same, filled with what was typed: posted, for a form's token has no place in an address."""
        _visitor, fields = await acting_form(request)
        return await self._form(request, form_of({name: fields[name] for name in FIELDS}))

    async def _form(self, request: Request, form: SilenceForm) -> Response:
        is_asked = bool(form.rules or form.servers)
        preview, problem, vain = await self._preview(form) if is_asked else (None, "", "")
        rules = (await self._control.read("/v1/rules", RuleList)).rules
        rows = self._feed.servers.values()
        return self._pages.page(
            request, "silence_new.html", form=form, preview=preview, problem=problem, vain=vain,
            lengths=LENGTHS, rules=[one.id for one in rules],
            servers=sorted({row.name for row in rows}, key=natural_order),
            nodes=sorted({row.node for row in rows} - {""}),
            tags=sorted({tag for row in rows for tag in row.tags}),
        )  # fmt: skip

    async def previewed(self, request: Request) -> Response:
        """The part of the form that says what it would hold."""
        from starlette.responses import HTMLResponse

        actor_of(request)
        preview = await self._preview(form_of(request.query_params))
        return HTMLResponse(self._pages.renderer.part("silences_parts.html", "preview", *preview))

    async def begun(self, request: Request) -> Response:
        """Begins one."""
        visitor, fields = await acting_form(request)
        assert visitor.session is not None
        form = form_of({name: fields[name] for name in FIELDS})
        try:
            wanted = form.wanted()
        except ValueError as problem:
            visitor.session.note(str(problem), "refused")
            return back(f"/silences/new?kind={MAINTENANCE if form.is_maintenance else ''}")
        row = await self._control.act("/v1/silences", SilenceRow, visitor.name, wanted, visitor.session.warn)
        words = "The maintenance has begun" if form.is_maintenance else "The silence has begun"
        visitor.session.note(f"{words}: {row.id}. What it holds is told here.")
        if vain := await self._vain(row):
            visitor.session.note(told(vain), "unknown")
        return back("/silences")

    async def ended(self, request: Request) -> Response:
        """Ends one before its time."""
        visitor, form = await acting_form(request)
        assert visitor.session is not None
        path = f"/v1/silences/{part(form['id'])}/end"
        await self._control.act(path, SilenceList, visitor.name, tell=visitor.session.warn)
        visitor.session.note("It has ended: what is still open is told now.")
        return back("/silences")

    async def _preview(self, form: SilenceForm) -> tuple[SilencePreview | None, str, str]:
        """What it would hold, what is wrong with it, and what of it names nothing."""
        try:
            wanted = form.wanted()
            found = await self._control.act("/v1/silences/preview", SilencePreview, "", wanted)
        except (ValueError, DaemonRefusedError) as problem:
            return None, str(problem), ""
        return found, "", told(await self._vain(wanted))

    async def _vain(self, *rows: SilenceRow | SilenceWanted) -> list[VainGlob]:
        """What of them names nothing now."""
        globs = [
            dict.fromkeys(one for row in rows for one in getattr(row, of)) for of in ("rules", "servers")
        ]
        if not globs[0] and not globs[1]:
            return []
        rules = [one.id for one in (await self._recent.read("/v1/rules", RuleList)).rules] if globs[0] else []
        return [*vain_rules([*globs[0]], rules), *vain_servers([*globs[1]], self._feed.servers.values())]

    def _now(self) -> float:
        """The wall's time: what a row has left is added to it."""
        return self._clock.now().wall


def marks(vain: Iterable[VainGlob]) -> frozenset[tuple[str, str]]:
    """As a table looks for them."""
    return frozenset((one.of, one.glob) for one in vain)


def form_of(fields: Mapping[str, str]) -> SilenceForm:
    """What a form or a link gives."""
    form = SilenceForm(
        rules=fields.get("rules", ""), servers=fields.get("servers", ""), note=fields.get("note", ""),
        kind=fields.get("kind", ""),
    )  # fmt: skip
    return replace(form, length=length) if (length := fields.get("for", "")) else form
