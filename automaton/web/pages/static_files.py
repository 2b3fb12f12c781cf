"""`/static/…`: the files that ship with the page, and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automaton.web.http_json import RequestRefused
from automaton.web.pages.rendering import STATIC

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png"}


class StaticFiles:
    """All of them, in memory: some hundred kilobytes."""

    def __init__(self) -> None:
        self._files = {
            file.relative_to(STATIC).as_posix(): (file.read_bytes(), KINDS[file.suffix])
            for file in STATIC.rglob("*")
            if file.suffix in KINDS
        }

    def routes(self) -> list[Route]:
        """The route that is answered here."""
        from starlette.routing import Route

        return [Route("/static/{name:path}", self.sent)]

    async def sent(self, request: Request) -> Response:
        """One of them."""
        from starlette.responses import Response

        found = self._files.get(str(request.path_params["name"]))
        if found is None:
            raise RequestRefused(404, "there is no such file")
        return Response(found[0], media_type=found[1])
