"""What a form of ours sends: read within bounds, and held to the session's token."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from automaton.web.http_json import RequestRefused
from automaton.web.pages.security.visitor import Visitor, actor_of, visitor_of

if TYPE_CHECKING:
    from starlette.requests import Request

LONGEST_FORM = 256 * 1024  # bytes; a rule file to be tried is the longest thing that is sent
MOST_FIELDS = 200


class SentForm:
    """The fields of a form. A field that was not sent is empty."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        self._fields = fields

    def __getitem__(self, name: str) -> str:
        return self.all(name)[0] if name in self._fields else ""

    def all(self, name: str) -> list[str]:
        """Every value of a field that may be sent several times."""
        return self._fields.get(name, [])


async def read_form(request: Request) -> SentForm:
    """The form of a request. Raises RequestRefused for one that is too long, or none at all."""
    from starlette.requests import ClientDisconnect

    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise RequestRefused(415, "a form is expected")
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LONGEST_FORM:
                raise RequestRefused(413, f"a form has at most {LONGEST_FORM} bytes")
    except ClientDisconnect:
        raise RequestRefused(400, "the request was broken off") from None
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise RequestRefused(400, "this is no form that can be read") from None
    return SentForm(fields)


async def acting_form(request: Request) -> tuple[Visitor, SentForm]:
    """Who acts, and his form. Raises RequestRefused where he may not, or the form is none of ours."""
    return await _ours(request, actor_of(request))


async def looking_form(request: Request) -> tuple[Visitor, SentForm]:
    """Who asks for what changes nothing and costs something, and his form. Raises as `acting_form`."""
    return await _ours(request, visitor_of(request))


async def _ours(request: Request, visitor: Visitor) -> tuple[Visitor, SentForm]:
    form = await read_form(request)
    if visitor.session is None or not visitor.session.is_csrf(form["csrf"]):
        raise RequestRefused(403, "this form is an old one: go back, load the page again, and send it anew")
    return visitor, form
