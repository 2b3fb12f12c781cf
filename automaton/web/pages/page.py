"""One answer of the page: a template with what every page needs, and where a form leads back to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automaton import __version__
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.live import hold_of, open_of, trouble_of
from automaton.web.pages.rendering import Renderer
from automaton.web.pages.security.visitor import Visitor

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

NAVIGATION = (
    ("/", "Fleet"),
    ("/incidents", "Incidents"),
    ("/silences", "Silences"),
    ("/rules", "Rules"),
    ("/try", "Try"),
    ("/deliveries", "Deliveries"),
    ("/about", "About"),
)


class Pages:
    """Makes pages: what every one of them shares is here."""

    def __init__(self, renderer: Renderer, feed: FleetFeed) -> None:
        self.renderer = renderer
        self._feed = feed

    def page(self, request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
        """A whole page for whoever asks."""
        from starlette.responses import HTMLResponse

        visitor = request.scope.get("visitor")
        known = visitor if isinstance(visitor, Visitor) else None
        session = known.session if known is not None else None
        html = self.renderer.page(
            template,
            visitor=known,
            may_act=known is not None and known.may_act,
            csrf=session.csrf if session is not None else "",
            notes=session.take_notes() if session is not None else [],
            path=request.url.path,
            navigation=NAVIGATION,
            hold=hold_of(self._feed.hold) if known is not None else "",
            trouble=trouble_of(self._feed.why_old) if known is not None else "",
            banner=self.banner() if known is not None else "",
            open_now=open_of(len(self._feed.incidents), self._feed.worst) if known is not None else "",
            version=__version__,
            **values,
        )
        return HTMLResponse(html, status)

    def banner(self) -> str:
        """What stands at the top of every page while rules are set by hand."""
        armed = self._feed.armed
        return self.renderer.part("banner_parts.html", "armed", armed) if armed else ""


def back(path: str) -> Response:
    """To a page of ours after a form was taken: a reload sends nothing again."""
    from starlette.responses import RedirectResponse

    return RedirectResponse(local(path), 303)


def local(path: str) -> str:
    """A path of this page; what may lead elsewhere is the first page."""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_ours else "/"
