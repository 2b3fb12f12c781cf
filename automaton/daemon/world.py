"""The outside world, as calls may use it: Wings by the links and the Panel, people by the channels, and
what automaton.yml names: addresses and programs."""

from __future__ import annotations

from automaton.core.calls import MakeBackup, Notify, Request, RunProgram, SendCommand, SetPower
from automaton.core.outcome import Outcome
from automaton.daemon.addresses import Addresses
from automaton.daemon.programs import Programs
from automaton.delivery.notifier import Notifier
from automaton.wings.server_actions import ServerActions


class Outside:
    """The core's World port."""

    def __init__(
        self, actions: ServerActions, post: Notifier, addresses: Addresses, programs: Programs
    ) -> None:
        self._actions = actions
        self._post = post
        self._addresses = addresses
        self._programs = programs

    async def send_command(self, call: SendCommand) -> Outcome:
        return await self._actions.send_command(call.server, call.command)

    async def set_power(self, call: SetPower) -> Outcome:
        return await self._actions.set_power(call.server, call.signal)

    async def notify(self, call: Notify) -> Outcome:
        return self._post.hand_over(call)

    async def make_backup(self, call: MakeBackup) -> Outcome:
        return await self._actions.make_backup(call.server, call.name)

    async def request(self, call: Request) -> Outcome:
        return await self._addresses.request(call)

    async def run_program(self, call: RunProgram) -> Outcome:
        return await self._programs.run(call)
