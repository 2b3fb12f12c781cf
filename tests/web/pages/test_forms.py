"""Forms of ours: read within bounds, held to the session, and to the role of whoever sends them."""

from __future__ import annotations

from collections.abc import Iterable

import anyio
import pytest
from starlette.requests import Request
from starlette.types import Message

from automaton.web.http_json import RequestRefused
from automaton.web.pages.forms import LONGEST_FORM, MOST_FIELDS, acting_form, looking_form, read_form
from automaton.web.pages.security.sessions import SignedIn
from automaton.web.pages.security.visitor import Visitor

pytestmark = pytest.mark.anyio

KIND = "application/x-www-form-urlencoded"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def request(body: bytes | Iterable[bytes], visitor: Visitor | None = None, kind: str = KIND) -> Request:
    """A request with this body, which may come in pieces."""
    pieces = [body] if isinstance(body, bytes) else list(body)

    async def receive() -> Message:
        await anyio.lowlevel.checkpoint()
        if not pieces:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    headers = [(b"content-type", kind.encode())]
    return Request({"type": "http", "method": "POST", "headers": headers, "visitor": visitor}, receive)


def operator() -> Visitor:
    return Visitor("anna", "operator", SignedIn("anna", "", 0.0))


async def refused(sent: Request) -> int:
    """The status with which a form is refused."""
    with pytest.raises(RequestRefused) as raised:
        await read_form(sent)
    return raised.value.status


async def test_fields_are_read_and_those_that_were_not_sent_are_empty() -> None:
    form = await read_form(request([b"a=1&b=%C3%A4+x&a=", b"2&empty="]))

    assert (form["a"], form["b"], form["empty"], form["none"]) == ("1", "ä x", "", "")
    assert (form.all("a"), form.all("none")) == (["1", "2"], [])


async def test_a_kind_may_name_its_letters() -> None:
    assert (await read_form(request(b"a=1", kind=f"{KIND.upper()}; charset=utf-8")))["a"] == "1"


@pytest.mark.parametrize("kind", ["", "application/json", "multipart/form-data; boundary=x", "text/plain"])
async def test_what_another_site_can_send_by_itself_is_no_form(kind: str) -> None:
    assert await refused(request(b"a=1", kind=kind)) == 415


async def test_what_is_too_much_is_refused_as_it_comes() -> None:
    assert await refused(request([b"a" * LONGEST_FORM, b"b", b"never read" * 10**6])) == 413
    assert await refused(request(b"&".join([b"a=1"] * (MOST_FIELDS + 1)))) == 400


async def test_letters_that_are_none_and_a_form_that_breaks_off_are_refused() -> None:
    assert await refused(request(b"\xff\xfe")) == 400
    assert await refused(request([])) == 400


async def test_an_act_needs_the_role_and_the_mark_of_the_session_looking_only_the_mark() -> None:
    anna, vic = operator(), Visitor("vic", "viewer", SignedIn("vic", "", 0.0))
    assert anna.session is not None
    assert vic.session is not None
    hers, his = f"csrf={anna.session.csrf}".encode(), f"csrf={vic.session.csrf}".encode()

    assert (await acting_form(request(hers, anna)))[0] is anna
    assert (await looking_form(request(his, vic)))[0] is vic
    for form, visitor, body in (
        (acting_form, anna, his), (acting_form, anna, b""), (acting_form, vic, his),
        (looking_form, vic, hers), (acting_form, Visitor("deploy", "operator"), b"csrf="),
        (looking_form, Visitor("deploy", "viewer"), b""),
    ):  # fmt: skip
        with pytest.raises(RequestRefused) as raised:
            await form(request(body, visitor))
        assert raised.value.status == 403
