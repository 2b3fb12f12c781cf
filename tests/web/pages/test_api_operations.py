"""The table of operations is of one mind with the daemon's routes."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from starlette.routing import Route
from trio.testing import MockClock

from automaton.web.http_json import RequestRefused, body_as
from automaton.web.pages.api import names_of
from automaton.web.pages.api_operation import Operation
from automaton.web.pages.api_operations import OPERATIONS
from automaton.web.pages.openapi import REFUSALS
from tests.rules.watch import watching

NOT_FOR_PROGRAMS = ("/ack/", "/v1/cluster/adopt")
"""What else the control API answers: the pages behind links of messages, which have their own way; and what
only a person may say who has looked at the servers, for it lets go on what may be done a second time."""


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


@pytest.mark.anyio
async def test_every_route_of_the_daemon_is_described_and_nothing_else(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        routes = watch.daemon._control_api().app.routes
    there = {
        (method, route.path)
        for route in routes
        if isinstance(route, Route) and not route.path.startswith(NOT_FOR_PROGRAMS)
        for method in route.methods or ()
        if method != "HEAD"
    }

    assert there == names_of(OPERATIONS), (
        "describe it in automaton/web/pages/api_operations.py, and `make docs`"
    )


def test_names_are_said_once_and_refusals_are_described() -> None:
    assert len({one.name for one in OPERATIONS}) == len(OPERATIONS)
    assert {status for one in OPERATIONS for status in one.refusals} <= REFUSALS.keys()


@pytest.mark.parametrize("one", [one for one in OPERATIONS if one.body is not None], ids=lambda one: one.path)
def test_a_body_with_a_field_that_nobody_knows_is_refused(one: Operation) -> None:
    """Misspelt, the key of an `ack` or of a `reset` would be left out, and all of the rule's be meant."""
    assert one.body is not None
    body = {**msgspec.to_builtins(one.body), "kee": "lobby"}

    with pytest.raises(RequestRefused, match="unknown field `kee`"):
        body_as(msgspec.json.encode(body), type(one.body))
