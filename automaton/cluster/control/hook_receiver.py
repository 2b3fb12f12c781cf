"""Hooks that are called at any member: handed to whoever judges the server, or the fleet.

Law: a call is taken once its owner has it. Where the owner does not answer, the caller is told, and may call
again: what is told twice is judged twice, as with any hook.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from automaton.cluster.control.exchange import ControlRequest
from automaton.cluster.control.reach import Reach
from automaton.cluster.control.shards import Shards
from automaton.cluster.control.wanted import shard_of_server
from automaton.cluster.shard import FLEET
from automaton.core.events import FieldValue
from automaton.secret import Secret
from automaton.web.hooks import NoSingleServer, single_server
from automaton.web.http_json import RequestRefused, write_json
from automaton.web.routes.hook_calls import HookCall, HookTaken

TAKEN_WITHIN = 8.0
"""Seconds: callers wait for ten or thirty, and are to be told."""

AGAIN = 5.0
"""Seconds after which a call may be made again: a shard is owned again within twenty."""


class ClusterHooks:
    """Whom `web/hooks.py` asks and calls. `tokens` are those of the files in force."""

    def __init__(self, shards: Shards, reach: Reach, tokens: Callable[[], Mapping[str, Secret]]) -> None:
        self._shards = shards
        self._reach = reach
        self._tokens = tokens

    def tokens(self) -> Mapping[str, Secret]:
        """The token of each hook, by the hook's name."""
        return self._tokens()

    def find(self, text: str) -> str | NoSingleServer:
        """The uuid of the server that a caller means, of all that are listed; else why there is none."""
        return single_server(text, self._shards.servers())

    async def hook_called(self, hook: str, server: str, fields: Mapping[str, FieldValue]) -> str:
        """The hook was called, for a server or with none for the fleet. Says why no rule hears of it.

        Raises RequestRefused.
        """
        shard = shard_of_server(self._shards, server) if server else FLEET
        body = write_json(HookCall(hook, server, dict(fields)))
        request = ControlRequest(method="POST", path="/v1/hook-calls", body=body)
        answer = await self._reach.ask(shard, request, TAKEN_WITHIN)
        if not answer.is_success:
            raise RequestRefused(503, f"the call is not taken: {answer.problem}", AGAIN)
        return msgspec.json.decode(answer.body, type=HookTaken).unheard
