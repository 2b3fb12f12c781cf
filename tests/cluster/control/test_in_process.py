"""An application of this process answers as it would over a socket."""

from __future__ import annotations

from collections.abc import AsyncIterator

import anyio
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from automaton.cluster.control.exchange import ControlRequest
from automaton.cluster.control.in_process import answered, streamed
from automaton.web.control_api import ControlApi
from automaton.web.http_json import RequestRefused, stream_of
from automaton.web.rule_request import address_behind, asker_of

pytestmark = pytest.mark.anyio


async def echo(request: Request) -> Response:
    body = (await request.body()).decode()
    told = [request.path_params["name"], request.url.query, asker_of(request), address_behind(request), body]
    return Response(" ".join(told), 202, {"Retry-After": "5", "X-Other": "1"})


async def endless(_: Request) -> Response:
    async def rows() -> AsyncIterator[bytes]:
        number = 0
        while True:
            yield f"{number}\n".encode()
            number += 1

    return stream_of(rows())


async def refusing(_: Request) -> Response:
    raise RequestRefused(404, "nothing there")


APP = ControlApi(
    [
        Route("/echo/{name}", echo, methods=["POST"]),
        Route("/endless", endless),
        Route("/refusing", refusing),
    ]
).app


async def test_path_query_body_and_who_asks_arrive() -> None:
    request = ControlRequest(method="POST", path="/echo/a%20b", query="x=1", body=b"body", who="Jörg")

    answer = await answered(APP, request)

    assert (answer.status, answer.body.decode()) == (202, "a b x=1 Jörg  body")
    assert answer.headers == {"retry-after": "5"}


async def test_an_answer_has_a_bound() -> None:
    with pytest.raises(RequestRefused, match="larger than"):
        await answered(APP, ControlRequest(method="GET", path="/endless"), most=100)


async def test_a_stream_waits_for_its_reader_and_ends_when_it_leaves() -> None:
    async with streamed(APP, ControlRequest(method="GET", path="/endless")) as pieces:
        first = [await anext(pieces) for _ in range(3)]

    assert first == [b"0\n", b"1\n", b"2\n"]


async def test_a_refused_stream_is_its_refusal() -> None:
    with pytest.raises(RequestRefused, match="nothing there") as caught:
        async with streamed(APP, ControlRequest(method="GET", path="/refusing")):
            pass

    assert caught.value.status == 404


async def test_what_the_reader_raises_comes_out_as_it_is() -> None:
    with pytest.raises(RequestRefused, match="mine"):
        async with streamed(APP, ControlRequest(method="GET", path="/endless")):
            raise RequestRefused(409, "mine")


async def test_a_stream_can_be_cancelled() -> None:
    with anyio.move_on_after(0) as scope:
        async with streamed(APP, ControlRequest(method="GET", path="/endless")) as pieces:
            await anyio.sleep_forever()
            await anext(pieces)

    assert scope.cancelled_caught
