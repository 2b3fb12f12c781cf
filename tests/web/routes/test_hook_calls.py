"""A hook that was called elsewhere arrives with all that it said."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from automaton.web.http_json import write_json
from automaton.web.routes.hook_calls import LARGEST_CALL, HookCall, Value, routes
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio

CALL = HookCall("deploy", "u-1", {"version": "2", "n": 3, "x": 0.5, "done": True, "why": None})


class Shard:
    """Remembers what was called."""

    def __init__(self) -> None:
        self.called: list[HookCall] = []

    async def hook_called(self, hook: str, server: str, fields: Mapping[str, Value]) -> str:
        self.called.append(HookCall(hook, server, dict(fields)))
        return "no rule has `hook: deploy`"


async def test_a_call_arrives_as_it_was_made() -> None:
    shard = Shard()
    async with client_of(routes(shard)) as client:
        answer = await client.post("/v1/hook-calls", content=write_json(CALL))

    assert (answer.status_code, shard.called) == (200, [CALL])
    assert answer.json() == {"unheard": "no rule has `hook: deploy`"}


async def test_a_call_has_a_bound() -> None:
    shard = Shard()
    async with client_of(routes(shard)) as client:
        answer = await client.post("/v1/hook-calls", content=b" " * (LARGEST_CALL + 1))

    assert (answer.status_code, shard.called) == (413, [])
