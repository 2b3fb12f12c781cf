"""What an operator does to a server from its page: type a command, power, probe.

Past rules and limits. Each is a form of ours, and in the trail with who it was. What may hurt asks once more,
by the server's name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from automaton.core.calls import Signal
from automaton.web.action_result import ActionResult
from automaton.web.http_json import RequestRefused, json_of
from automaton.web.pages.control_client import ControlClient, part
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.forms import acting_form
from automaton.web.pages.page import Pages, back
from automaton.web.pages.security.visitor import Visitor, actor_of
from automaton.web.pages.server import find
from automaton.web.pages.server_views import ServerViews
from automaton.web.routes.changes import FleetRow
from automaton.web.routes.probe import ProbeResult
from automaton.web.routes.server_actions import CommandWanted, PowerWanted

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

MEANING = {
    Signal.START: ("Start", "starts the server"),
    Signal.STOP: ("Stop", "stops the server as its egg says; players are disconnected"),
    Signal.RESTART: ("Restart", "stops the server and starts it again; players are disconnected"),
    Signal.KILL: ("Kill", "ends its process at once: what the game has not saved is lost"),
}
KINDS = {"done": "done", "refused": "refused", "failed": "refused"}  # all else is unknown
PROBED = {"answered": "done", "silent": "unknown", "not_asked": "refused"}


class ActAnswer(msgspec.Struct, frozen=True):
    """What became of it: `done`, `refused` or `unknown`, and a sentence."""

    kind: str
    text: str


class ServerActs:
    """The forms of the page of a server."""

    def __init__(self, pages: Pages, feed: FleetFeed, views: ServerViews, control: ControlClient) -> None:
        self._pages = pages
        self._feed = feed
        self._views = views
        self._control = control

    def routes(self) -> list[Route]:
        """The routes that are answered here."""
        from starlette.routing import Route

        return [
            Route("/servers/{server}/command", self.command, methods=["POST"]),
            Route("/servers/{server}/power/{signal}", self.confirm),
            Route("/servers/{server}/power/{signal}", self.power, methods=["POST"]),
            Route("/servers/{server}/probe", self.probe, methods=["POST"]),
        ]

    async def command(self, request: Request) -> Response:
        """Types a command, as it stands."""
        visitor, form = await acting_form(request)
        row, text = self._row(request), form["command"]
        if not text.strip():
            return self._told(
                request, visitor, row, ActAnswer("refused", "nothing was typed: the command is empty")
            )
        path = f"/v1/servers/{part(row.uuid)}/command"
        result = await self._control.act(path, ActionResult, visitor.name, CommandWanted(text))
        said = {
            "done": f"`{text}` was typed at {row.name}",
            "unknown": f"nobody knows whether `{text}` was typed at {row.name}",
        }.get(result.result, f"`{text}` was not typed at {row.name}")
        return self._told(request, visitor, row, _outcome(result, said))

    async def confirm(self, request: Request) -> Response:
        """Asks once more."""
        actor_of(request)
        row, signal = self._row(request), _signal(request)
        word, meaning = MEANING[signal]
        return self._pages.page(
            request, "server_power.html", row=row, signal=signal.value, word=word, meaning=meaning
        )

    async def power(self, request: Request) -> Response:
        """Asks for a power action that was confirmed."""
        visitor, form = await acting_form(request)
        row, signal = self._row(request), _signal(request)
        if form["server"] != row.uuid:
            raise RequestRefused(400, "this form is for another server: go back, and load the page again")
        path = f"/v1/servers/{part(row.uuid)}/power"
        result = await self._control.act(path, ActionResult, visitor.name, PowerWanted(signal))
        said = {
            "done": f"{row.name} was asked to {signal.value}",
            "unknown": f"nobody knows whether {row.name} was asked to {signal.value}",
        }.get(result.result, f"{row.name} was not asked to {signal.value}")
        return self._told(request, visitor, row, _outcome(result, said))

    async def probe(self, request: Request) -> Response:
        """Has the game asked whether it answers."""
        visitor, _ = await acting_form(request)
        row = self._row(request)
        path = f"/v1/servers/{part(row.uuid)}/probe"
        found = await self._control.act(path, ProbeResult, visitor.name)
        took = f" after {found.seconds:.1f} s" if found.seconds is not None else ""
        said = {"answered": f"{row.name} answers{took}", "silent": f"{row.name} does not answer"}
        text = f"{said.get(found.result, f'{row.name} was not asked')}: {found.detail}"
        return self._told(request, visitor, row, ActAnswer(PROBED[found.result], text))

    def _row(self, request: Request) -> FleetRow:
        return find(self._feed, str(request.path_params["server"]))

    def _told(self, request: Request, visitor: Visitor, row: FleetRow, outcome: ActAnswer) -> Response:
        """To a script as JSON, to a form the page again, which says it."""
        self._views.forget(row.uuid)
        if "application/json" in request.headers.get("accept", ""):
            return json_of(outcome)
        if visitor.session is not None:
            visitor.session.note(outcome.text, outcome.kind)
        return back(f"/servers/{quote(row.uuid, safe='')}")


def _signal(request: Request) -> Signal:
    try:
        return Signal(str(request.path_params["signal"]))
    except ValueError:
        raise RequestRefused(404, "there is no such power action") from None


def _outcome(result: ActionResult, said: str) -> ActAnswer:
    text = f"{said}: {result.detail}" if result.detail else said
    return ActAnswer(KINDS.get(result.result, "unknown"), text)
