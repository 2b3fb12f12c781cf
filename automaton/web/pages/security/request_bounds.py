"""What is sent to the page ends, and soon: bounds of size and time on the body of every request."""

from __future__ import annotations

import anyio
from starlette.types import Message, Receive

from automaton.pace.clock import Clock
from automaton.web.http_json import RequestRefused

LONGEST_BODY = 512 * 1024  # bytes: a rule file as a form, each sign of it as `%0A` at the worst
READ_WITHIN = 15.0  # seconds from the head of a request to the end of its body


def bounded(receive: Receive, clock: Clock) -> Receive:
    """The same, until the body is too long or too slow: then RequestRefused is raised where it is read."""
    ends = clock.now().mono + READ_WITHIN
    size, is_whole = 0, False

    async def received() -> Message:
        nonlocal size, is_whole
        if is_whole:
            return await receive()  # that the visitor has gone: a stream waits for it
        try:
            with anyio.fail_after(max(0.0, ends - clock.now().mono)):
                message = await receive()
        except TimeoutError:
            raise RequestRefused(408, "the request did not end in time") from None
        size += len(message.get("body", b""))
        is_whole = message["type"] != "http.request" or not message.get("more_body", False)
        if size > LONGEST_BODY:
            raise RequestRefused(413, f"a request has at most {LONGEST_BODY} bytes")
        return message

    return received
