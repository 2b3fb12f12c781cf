"""A member answers others for what it owns, and for nothing else."""

from __future__ import annotations

import pytest
from starlette.requests import Request
from starlette.responses import Response

from automaton.cluster.control.answering import Answering
from automaton.cluster.control.exchange import MOVED, ControlRequest
from automaton.web.control_api import ControlApi
from automaton.web.http_json import RequestRefused, route
from tests.cluster.control.members import EU, US

pytestmark = pytest.mark.anyio

ASKED = ControlRequest(method="GET", path="/v1/hello")


async def hello(_: Request) -> Response:
    return Response("hello")


HOSTS = {EU: ControlApi([route("/v1/hello", hello)]).app}


async def test_what_is_owned_is_answered() -> None:
    answering = Answering(HOSTS.get)

    async with answering.open(EU, ASKED) as pieces:
        streamed = [piece async for piece in pieces]

    assert ((await answering.answer(EU, ASKED)).body, streamed) == (b"hello", [b"hello"])


async def test_what_is_not_owned_has_moved() -> None:
    answering = Answering(HOSTS.get)

    with pytest.raises(RequestRefused) as caught:
        async with answering.open(US, ASKED):
            pass

    assert ((await answering.answer(US, ASKED)).status, caught.value.status) == (MOVED, MOVED)
