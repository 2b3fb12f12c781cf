"""Power actions and their lock (protocol.md 5.1, 5.2).

One lock a server. It is held for the whole action, and for some ms after `offline` is published; kill
ignores it. How a server starts is in `start_sequence.py`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import StrEnum
from functools import partial

from automaton.simulator.timer_schedule import Timer
from automaton.simulator.wings.crash_detection import CrashDetection
from automaton.simulator.wings.game_process import GameProcess
from automaton.simulator.wings.power_state import PowerState
from automaton.simulator.wings.resource_meter import ResourceMeter
from automaton.simulator.wings.server_base import ServerBase
from automaton.simulator.wings.start_sequence import Lack, StartSequence

Refuse = Callable[[str], None]


class PowerAction(StrEnum):
    """The actions that `set state` and the power routes take."""

    START = "start"
    STOP = "stop"
    RESTART = "restart"
    KILL = "kill"


LOCKED = "another power action is currently being processed for this server, please try again later"
IS_RUNNING = "server is running"
INSTALLING = "server is currently installing"
RESTORING = "server is currently being restored"
MOVING = "server is currently being transferred"
UNKNOWN = "attempting to handle unknown power action"
STOP_TIMEOUT = 600.0  # seconds that a stop waits; then it kills


class PowerActions:
    """The power lock of one server, and the actions under it."""

    def __init__(
        self, server: ServerBase, process: GameProcess, meter: ResourceMeter, crashes: CrashDetection
    ) -> None:
        self._server = server
        self._process = process
        self._locked = False
        self._stopping_for: str | None = None
        self._start = StartSequence(server, process, meter, crashes, done=self._release, failed=self._fail)
        self.lack: Lack | None = None  # what the start of the next restart will lack
        self._timeout: Timer | None = None
        self._after_end: list[Callable[[], None]] = []
        self._waiting: deque[tuple[float, str, Refuse]] = deque()
        self._refuse: Refuse = lambda _: None

    def request(self, action: str, by: str, refuse: Refuse, wait: float = 0.0) -> None:
        """Does a power action, or calls `refuse` with the cause. Waits up to `wait` seconds for the lock."""
        server = self._server
        server.log.add(server.schedule.now.wall, "power", server.build.uuid, action, by)
        busy = self._busy()
        if busy is not None:
            refuse(busy)
        elif action == PowerAction.KILL:
            self._kill()
        elif not self._locked:
            self._locked = True
            self._do(action, refuse)
        elif wait > 0:
            self._queue(action, refuse, wait)
        else:
            refuse(LOCKED)

    def _busy(self) -> str | None:
        """What forbids every action, even a kill."""
        if self._server.installing:
            return INSTALLING
        if self._server.restoring:
            return RESTORING
        return MOVING if self._server.is_busy else None

    def ended(self) -> None:
        """Goes on with whatever waited for the process to end; called once `offline` was published."""
        waiting, self._after_end = self._after_end, []
        for act in waiting:
            act()
        if self._stopping_for is None:
            return
        action, self._stopping_for = self._stopping_for, None
        if self._timeout is not None:
            self._timeout.cancel()
        # The lock is held on: a start failed 20 ms after `offline`, and worked after 100 ms [T 09].
        pause = self._server.chance.uniform(0.03, 0.08)
        if action == PowerAction.RESTART:
            lack, self.lack = self.lack, None
            self._server.schedule.after(pause, partial(self._start.begin, lack))
        else:
            self._server.schedule.after(pause, self._release)

    @property
    def is_acting(self) -> bool:
        """True while the lock is held."""
        return self._locked

    def end_then(self, act: Callable[[], None], patience: float) -> None:
        """Stops what runs, without the lock, and calls `act` after its end.

        What does not stop within `patience` seconds is killed."""
        self._after_end.append(act)
        if self._start.is_launching:
            self._start.kill_when_it_runs()
            return
        run = self._server.container
        self._server.become(PowerState.STOPPING)
        self._process.ask_to_stop()

        def lose_patience() -> None:
            if run is not None and self._server.container is run:
                self._kill_now()

        self._server.schedule.after(patience, lose_patience)

    def _do(self, action: str, refuse: Refuse) -> None:
        self._refuse = refuse
        match action:
            case PowerAction.START if self._server.state is not PowerState.OFFLINE:
                self._fail(IS_RUNNING)
            case PowerAction.START:
                self._start.begin()
            case PowerAction.STOP | PowerAction.RESTART if self._server.state is not PowerState.OFFLINE:
                self._stop(action)
            case PowerAction.RESTART:
                self._start.begin()
            case PowerAction.STOP:
                self._release()
            case _:
                self._fail(UNKNOWN)

    def _fail(self, cause: str) -> None:
        # Read first: releasing the lock hands it to the next one, whose `refuse` this then is.
        refuse = self._refuse
        self._release()
        refuse(cause)

    def _release(self) -> None:
        self._locked = False
        while self._waiting and not self._locked:
            until, action, refuse = self._waiting.popleft()
            if until >= self._server.schedule.now.mono:
                self._locked = True
                self._do(action, refuse)

    def _queue(self, action: str, refuse: Refuse, wait: float) -> None:
        entry = (self._server.schedule.now.mono + wait, action, refuse)
        self._waiting.append(entry)

        def give_up() -> None:
            if entry in self._waiting:
                self._waiting.remove(entry)
                refuse(LOCKED)

        self._server.schedule.after(wait, give_up)

    # Stop and kill

    def _stop(self, action: str) -> None:
        self._stopping_for = action
        self._server.become(PowerState.STOPPING)
        self._timeout = self._server.schedule.after(STOP_TIMEOUT, self._kill_now)
        self._process.ask_to_stop()

    def _kill(self) -> None:
        if self._start.is_launching:
            self._start.kill_when_it_runs()
        elif self._server.container is not None:
            if not self._locked:
                # A kill waits for no lock, but others wait for its end [T 09].
                self._locked, self._stopping_for = True, PowerAction.KILL
            self._server.become(PowerState.STOPPING)
            self._server.schedule.after(self._server.chance.uniform(0.01, 0.03), self._server.kill)

    def _kill_now(self) -> None:
        # Also where `offline` was published at the signal already: then both states are published again.
        self._server.become(PowerState.STOPPING)
        self._server.kill()
