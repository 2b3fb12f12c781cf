"""One console as records for whoever follows it: the same with a running daemon and without one."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import anyio

from automaton.errors import Refused, TryLater, Weather
from automaton.pace.clock import Clock
from automaton.web.routes.console import ConsoleRecord
from automaton.wings.console_tail import LATER, NOT_RUNNING, WAITING, open_console_tail
from automaton.wings.link_opening import ConnectOptions
from automaton.wings.token import Tokens


async def console_of(
    server: str, door: ConnectOptions, tokens: Tokens, clock: Clock, *, follow: bool
) -> AsyncGenerator[ConsoleRecord, None]:
    """What Wings kept, then with `follow` what comes. Only who follows waits for a token, and is told so."""
    while True:
        try:
            async with open_console_tail(door, tokens, server, clock) as tail:
                is_off = tail.state == "offline"
                for line in [] if is_off else await tail.kept():
                    yield ConsoleRecord(line=line)
                if follow and is_off:
                    yield ConsoleRecord(note=WAITING)
                while follow:
                    for line in await tail.more():
                        yield ConsoleRecord(line=line)
                yield ConsoleRecord(end=NOT_RUNNING if is_off else "")
            return
        except TryLater as later:
            # Tokens are shared with all humans at this console, five a minute (protocol.md 6.3). This one
            # is asked for before the first line: those that renew it wait by themselves.
            if not follow:
                yield ConsoleRecord(end=str(later), failed=True, passing=True)
                return
            wait = LATER if later.after is None else later.after
            yield ConsoleRecord(note=f"{later}; the console comes in {wait:.0f} s")
            await anyio.sleep(wait)
        except (Refused, Weather) as problem:
            yield ConsoleRecord(end=str(problem), failed=True, passing=isinstance(problem, Weather))
            return
