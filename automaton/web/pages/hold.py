"""`/hold` and `/release`: everything is held at once, and let go; the line on every page while it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automaton.web.pages.control_client import ControlClient
from automaton.web.pages.forms import acting_form
from automaton.web.pages.page import back
from automaton.web.routes.hold import LONGEST_REASON, HoldRow

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route


class HoldActs:
    """Holds and releases in the name of whoever asks."""

    def __init__(self, control: ControlClient) -> None:
        self._control = control

    def routes(self) -> list[Route]:
        """The routes that are answered here."""
        from starlette.routing import Route

        return [
            Route("/hold", self.begun, methods=["POST"]),
            Route("/release", self.ended, methods=["POST"]),
        ]

    async def begun(self, request: Request) -> Response:
        """Holds every action of every rule."""
        visitor, form = await acting_form(request)
        reason = form["reason"].strip()[:LONGEST_REASON]
        assert visitor.session is not None
        tell = visitor.session.warn
        await self._control.act("/v1/hold", HoldRow, visitor.name, {"reason": reason}, tell)
        return back(form["next"] or "/incidents")

    async def ended(self, request: Request) -> Response:
        """Lets them go."""
        visitor, form = await acting_form(request)
        assert visitor.session is not None
        await self._control.act("/v1/release", HoldRow, visitor.name, tell=visitor.session.warn)
        visitor.session.note("Actions are released: what rules want to do is done again.")
        return back(form["next"] or "/incidents")
