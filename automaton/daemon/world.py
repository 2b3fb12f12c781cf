"""The outside world, as calls may use it: Wings by the links and the Panel, people by the channels."""

from __future__ import annotations

from automaton.core.calls import Notify, SendCommand, SetPower
from automaton.core.outcome import Outcome
from automaton.delivery.post import Post
from automaton.wings.actions import Actions


class Outside:
    """The core's World port."""

    def __init__(self, actions: Actions, post: Post) -> None:
        self._actions = actions
        self._post = post

    async def send_command(self, call: SendCommand) -> Outcome:
        return await self._actions.send_command(call.server, call.command)

    async def set_power(self, call: SetPower) -> Outcome:
        return await self._actions.set_power(call.server, call.signal)

    async def notify(self, call: Notify) -> Outcome:
        return self._post.hand_over(call)
