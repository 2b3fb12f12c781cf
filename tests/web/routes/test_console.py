"""A console comes record by record, and one that is followed ends with the daemon."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from automaton.web.routes.console import ConsoleRecord, routes
from automaton.web.server_request import NOT_WATCHED
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio


class Daemon:
    """Knows one server, `a`."""

    def knows(self, server: str) -> bool:
        return server == "a"

    async def console(self, server: str, *, follow: bool) -> AsyncIterator[ConsoleRecord]:
        yield ConsoleRecord(line="one")
        yield ConsoleRecord(end="" if follow else "over")


async def test_a_console_comes_record_by_record() -> None:
    async with client_of(routes(Daemon())) as client:
        short = await client.get("/v1/servers/a/console")
        followed = await client.get("/v1/servers/a/console?follow=1")

    assert short.text == '{"line":"one"}\n{"end":"over"}\n'
    assert followed.text == '{"line":"one"}\n{"end":""}\n'
    assert short.headers["content-type"] == "application/x-ndjson"


async def test_a_server_that_is_not_watched_has_no_console() -> None:
    async with client_of(routes(Daemon())) as client:
        answer = await client.get("/v1/servers/b/console")

    assert (answer.status_code, answer.json()) == (404, {"problem": NOT_WATCHED})
