"""Pages that stay as they are while one looks: server-sent events with the parts that changed.

A page tells its regions, HTML by the id of an element. Each stream makes them anew when the fleet changed,
or after a while, and sends those that differ from what it sent last: however slowly one reads, there is
never more than the latest of them, and nobody waits for him.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import anyio

from automaton.web.http_json import RequestRefused
from automaton.web.pages.control_client import DaemonRefusedError, DaemonSilentError
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.rendering import clock
from automaton.web.pages.security.visitor import Visitor, visitor_of
from automaton.web.routes.hold import HoldRow

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

MOST_STREAMS = 200  # of all browsers; each costs some kilobytes and a rendering every second
MOST_OF_ONE = 6  # of one person; an older one ends
MOST_UNREAD = 6  # of his that ended and were not read to their end: they must not hold the room of all
NOT_SOONER = 0.05  # seconds between two patches: many changes at once are one
NOT_LATER = 2.0  # seconds after which a page is looked at again: not all that it shows is of the fleet
LONGEST_SEEN = 64  # characters
ALIVE_EVERY = 15.0  # seconds between comments that keep a proxy from ending a stream


@dataclass(frozen=True, slots=True)
class LiveView:
    """The page of a stream: its path and query, who looks, and what the page keeps between patches.

    `seen` is what the page said of itself when it was loaded, `data-seen`.
    """

    path: Mapping[str, str]
    query: Mapping[str, str]
    visitor: Visitor
    seen: str = ""
    kept: dict[str, object] = field(default_factory=dict)


Regions = Callable[[LiveView], Awaitable[Mapping[str, str]]]
"""HTML by the id of an element: what stands in it. Ids that are left out stay as they are."""


Events = Callable[[LiveView], Iterable[tuple[str, object]]]
"""What a page's own script takes beside its regions: names of events and what they hold, in order."""


@dataclass(frozen=True, slots=True)
class LivePage:
    """How a page stays as it is. `wakes` says whether a change concerns it at once; `every` when it is
    looked at anyway, in seconds."""

    regions: Regions
    events: Events = lambda _view: ()
    wakes: Callable[[LiveView], bool] = lambda _view: True
    every: Callable[[LiveView], float] = lambda _view: NOT_LATER


class LivePages:
    """Who tells the regions of which page. A pattern's `{name}` is one part of a path."""

    def __init__(self) -> None:
        self._pages: list[tuple[re.Pattern[str], LivePage]] = []

    def add(self, pattern: str, page: Regions | LivePage) -> None:
        """Makes the page at `pattern` a live one."""
        parts = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(pattern))
        self._pages.append((re.compile(parts), page if isinstance(page, LivePage) else LivePage(page)))

    def find(self, path: str) -> tuple[LivePage, Mapping[str, str]] | None:
        """The page at a path, and its parts."""
        for pattern, page in self._pages:
            if found := pattern.fullmatch(path):
                return page, found.groupdict()
        return None


class Stream:
    """One that is open. It waits by itself: no scope of cancelling may span two events of a generator."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_ended = False
        self.is_signed_out = False
        self._woken = anyio.Event()

    def wake(self) -> None:
        """There may be something new."""
        self._woken.set()

    def end(self) -> None:
        """It says that it ends, and does."""
        self.is_ended = True
        self.wake()

    def sign_out(self) -> None:
        """It ends with the session, and says so: nobody is left before a page that stands still."""
        self.is_signed_out = True
        self.end()

    async def wait(self, not_later: float) -> bool:
        """Whether something came before it was time to look anyway."""
        await anyio.sleep(NOT_SOONER)
        with anyio.move_on_after(not_later) as waited:
            await self._woken.wait()
        self._woken = anyio.Event()
        return not waited.cancelled_caught


class LiveStreams:
    """`GET /live?page=…`: one stream of a page that is looked at."""

    def __init__(self, pages: LivePages, feed: FleetFeed, banner: Callable[[], str] = lambda: "") -> None:
        self._pages = pages
        self._feed = feed
        self._banner = banner
        self._open: dict[Stream, None] = {}  # the oldest first

    def __len__(self) -> int:
        """How many are open."""
        return len(self._open)

    def end(self) -> None:
        """Ends all of them."""
        for stream in self._open:
            stream.end()

    async def opened(self, request: Request) -> Response:
        """The stream."""
        from starlette.responses import Response, StreamingResponse

        visitor = visitor_of(request)
        try:
            page = urlsplit(request.query_params.get("page", ""))
        except ValueError:  # as of `http://[`
            raise RequestRefused(404, "this page does not change by itself") from None
        found = self._pages.find(page.path)
        if found is None:
            raise RequestRefused(404, "this page does not change by itself")
        if len(self._open) >= MOST_STREAMS:
            raise RequestRefused(503, "too many pages are looked at", 30.0)
        mine = [one for one in self._open if one.name == visitor.name]
        for one in mine[: max(0, len(mine) - MOST_OF_ONE + 1)]:
            one.end()
        if len(mine) >= MOST_OF_ONE + MOST_UNREAD:
            raise RequestRefused(429, "pages that you opened before are not read to their end", 5.0)
        if request.method == "HEAD":  # whether there may be one
            return Response()
        seen = request.query_params.get("seen", "")[:LONGEST_SEEN]
        view = LiveView(found[1], dict(parse_qsl(page.query)), visitor, seen)
        return StreamingResponse(self._events(found[0], view), media_type="text/event-stream")

    async def _events(self, page: LivePage, view: LiveView) -> AsyncIterator[bytes]:
        stream = Stream(view.visitor.name)
        session = view.visitor.session
        forget = [
            self._feed.listen(
                lambda change: (
                    stream.wake()
                    if self._feed.trouble or change.missing is not None or page.wakes(view)
                    else None
                )
            )
        ]
        if session is not None:
            forget.append(session.at_end(stream.sign_out))
        self._open[stream] = None
        try:
            async with aclosing(self._patches(page, view, stream)) as patches:
                async for patch in patches:
                    yield patch
            yield event("end", {"signed_out": "yes"} if stream.is_signed_out else {})
        finally:
            self._open.pop(stream, None)
            for one in forget:
                one()

    async def _patches(self, page: LivePage, view: LiveView, stream: Stream) -> AsyncGenerator[bytes, None]:
        sent: dict[str, int] = {}
        silent = 0.0
        yield b": here\n\n"
        while not stream.is_ended:
            trouble = self._feed.why_old
            try:
                now = dict(await page.regions(view))
            except (DaemonSilentError, DaemonRefusedError) as problem:
                now, trouble = {}, str(problem)
            now["trouble"] = trouble_of(trouble)
            now["hold"] = hold_of(self._feed.hold)
            now["banner"] = self._banner()
            now["open-now"] = open_of(len(self._feed.incidents), self._feed.worst)
            changed = {id_: html for id_, html in now.items() if sent.get(id_) != hash(html)}
            sent.update((id_, hash(html)) for id_, html in changed.items())
            told = [event("patch", changed)] if changed else []
            told += [event(name, content) for name, content in page.events(view)]
            if told:
                silent = 0.0
                yield b"".join(told)
            elif silent >= ALIVE_EVERY:
                silent = 0.0
                yield b": still here\n\n"
            every = page.every(view)
            silent += NOT_SOONER + (0.0 if await stream.wait(every) else every)


def event(name: str, content: object) -> bytes:
    """One event of a stream."""
    return f"event: {name}\ndata: {json.dumps(content, ensure_ascii=True)}\n\n".encode()


def trouble_of(trouble: str) -> str:
    """What the line at the top says while the daemon does not answer."""
    from markupsafe import escape

    return str(escape(f"Not up to date: {trouble}")) if trouble else ""


def open_of(count: int, worst: str) -> str:
    """How many incidents are open, beside the word in the navigation."""
    from markupsafe import Markup

    said = Markup('<span class="count {0}">{1}<span class="unseen"> open, the worst is {0}</span></span>')
    return str(said.format(worst, count)) if count else ""


def hold_of(hold: HoldRow | None) -> str:
    """What the line at the top says while every action is held."""
    from markupsafe import Markup

    if hold is None:
        return ""
    by = f" by {hold.by}" if hold.by else ""
    why = f": {hold.reason}" if hold.reason else ""
    said = Markup("<strong>Every action is on hold</strong>{}, {}{}.").format(
        by, clock(hold.since, "ago"), why
    )
    return str(
        said
        + Markup(
            ' Rules go on judging and telling, and do nothing else. <a href="/incidents#release">Release</a>'
        )
    )
