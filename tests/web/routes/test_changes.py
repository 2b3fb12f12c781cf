"""The whole fleet, then what changes, a line each; figures are short, for there are thousands."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest

from automaton.web.routes.changes import Figures, FleetChange, FleetRow, routes
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio

ROW = FleetRow(uuid="u", id="i", name="<lobby>", at=1.0)
CHANGES = [
    FleetChange(servers=[ROW]),
    FleetChange(incidents=[], whole=True),
    FleetChange(),
    FleetChange(figures=[Figures("u", 2.0, cpu=5.0)], gone=["v"]),
]


class Daemon:
    """Tells some changes, and ends."""

    async def changes(self) -> AsyncIterator[FleetChange]:
        for change in CHANGES:
            yield change


async def test_changes_come_line_by_line_and_say_only_what_is_known() -> None:
    async with client_of(routes(Daemon())) as client:
        answer = await client.get("/v1/changes")

    lines = answer.content.splitlines()
    assert lines[0] == b'{"servers":[{"uuid":"u","id":"i","name":"<lobby>","at":1.0}]}'
    assert lines[2] == b"{}"
    assert [msgspec.json.decode(line, type=FleetChange) for line in lines] == CHANGES
    assert lines[3].startswith(b'{"figures":[["u",2.0,5.0,null')
