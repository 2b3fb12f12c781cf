"""Why a server went down: `stopped_by`, and how sure that is.

Decided when the server leaves `running` or `starting`, by what was seen and asked up to then. Later news may
correct it: a refusal of what we asked, the daemon's crash line, a suspension reported by the Panel. See
rule-language 4.6; tests/core/facts/test_intent.py has the whole table of what we asked and what was seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

from automaton.core.calls import Signal
from automaton.core.events import State
from automaton.core.schedule.wall_time import WallTime

OURS_WITHIN = 40.0  # what we asked explains a departure for so long (rule-language 4.6)
RISES_WITHIN = 40.0  # after the `offline` of a restart; later than that it did not come up
CRASH_TOLD_WITHIN = 7.0  # 5 s for the daemon's first crash line, 2 s for the second
HANDLED_WITHIN = 125.0  # `crash.unhandled` comes at most 120 s later (wings/crash_detector.py)
LATE_WORD = 5.0  # daemon lines and states travel on channels of their own (protocol 4.4)
LATE_PANEL = 10.0  # a suspension, an installation or a transfer may become known this much later
TRIES_KEPT = 4  # tries of one power action that may explain the same departure

# Wings itself takes a server down for these, within so many seconds.
WINGS_STOPS = {"disk.exceeded": 60.0, "install.started": 60.0, "transfer": 60.0}
TOLD_BY_PANEL = frozenset({"install.started", "transfer"})

NOBODY = "nobody"
UP = (State.STARTING, State.RUNNING)


@dataclass(frozen=True, slots=True)
class PowerRequest:
    """A stop, kill or restart that we asked for."""

    signal: Signal
    at: float


@dataclass(frozen=True, slots=True)
class Departure:
    """How a server left `running` or `starting`. `requests` are those of ours that explain it."""

    was: State
    now: State
    at: float
    held_by_wings: bool
    requests: tuple[PowerRequest, ...] = ()

    @property
    def is_restart(self) -> bool:
        """Whether our own restart explains it, so that the server should come up again."""
        return any(one.signal is Signal.RESTART for one in self.requests)


@dataclass(slots=True)
class Intent:
    """`by` is the reason, None while it is not decided; at `settled_at` time alone decides.

    `has_run`: a process was seen running since the server came up.
    """

    by: str | None = None
    settled_at: float = inf
    _requests: tuple[PowerRequest, ...] = ()
    _departure: Departure | None = None
    _wings_until: float = -inf
    _error_at: float = -inf
    _handled_until: float = -inf
    has_run: bool = False

    def asked(self, signal: Signal, mono: float) -> None:
        """Notes a power request of ours, except a start: that explains no departure."""
        if signal is not Signal.START:
            self._requests = (*self._requests, PowerRequest(signal, mono))[-TRIES_KEPT:]

    def refused(self, signal: Signal) -> bool:
        """Takes back our last request of this kind, also from a departure that it explained.

        True if the reason changed.
        """
        requests = _without_last(self._requests, signal)
        if requests is not None:
            self._requests = requests
            return False
        departure = self._departure
        left = _without_last(departure.requests, signal) if departure is not None else None
        if departure is None or left is None:
            return False
        before = self.by
        self._departure = Departure(departure.was, departure.now, departure.at, departure.held_by_wings, left)
        if not left and before == "automaton":
            self._judge(self._departure)
        return self.by != before

    def ran(self) -> None:
        """Notes a stats frame while the server was up: its container runs."""
        self.has_run = True

    def errs(self, mono: float) -> None:
        """Notes a `daemon error`, which may be that of a failed start."""
        self._error_at = mono
        departure = self._departure
        is_stop = departure is not None and departure.now is not State.OFFLINE
        if departure is None or not is_stop or mono - departure.at > LATE_WORD:
            return
        if self.by in (None, "operator"):
            self._judge(departure)

    def handles(self, mono: float) -> None:
        """Notes that Wings handles a crash: it restarts the server, or says that it will not."""
        if self._departure is not None:
            self._handled_until = mono + HANDLED_WITHIN

    def told(self, event: str, mono: float) -> None:
        """Notes a named event that may explain a stop, or that settles a crash."""
        if event in WINGS_STOPS:
            self._wings_until = mono + WINGS_STOPS[event]
            self._corrected(mono, LATE_PANEL if event in TOLD_BY_PANEL else LATE_WORD)
        elif event == "crash":
            self.handles(mono)
            if self.by in (None, "exit") and self._departure is not None:
                self._decide("crash")
        elif event == "crash.unhandled":
            self._handled_until = -inf

    def held(self, mono: float) -> None:
        """Notes that the Panel has the server suspended, installing or transferring."""
        self._corrected(mono, LATE_PANEL)

    def is_rising(self, mono: float) -> bool:
        """Whether Wings may still restart the server by itself after a crash."""
        return mono < self.rising_until

    @property
    def left_at(self) -> float:
        """The `mono` at which the server left `running` or `starting`, minus infinity if nobody saw it."""
        return self._departure.at if self._departure is not None else -inf

    @property
    def is_to_rise(self) -> bool:
        """Whether our own restart took it down, and it is not up again."""
        return self._departure is not None and self._departure.is_restart

    @property
    def rising_until(self) -> float:
        """The `mono` until which Wings' own restart is awaited; minus infinity where it is not."""
        return self._handled_until

    def changed(self, was: State | None, now: State, mono: float, *, held_by_wings: bool) -> None:
        """Notes a live change of state. `held_by_wings`: suspended, installing or transferring."""
        if now in UP:
            if now is State.STARTING:
                self.has_run = False
            if was not in UP:
                self._requests = ()  # once it is up again, what we asked before explains nothing
            self._rises()
        elif was is not None and was in UP:
            ours = tuple(one for one in self._requests if mono - one.at <= OURS_WITHIN)
            self._requests = ()  # they explain this departure and no other
            self._departure = Departure(was, now, mono, held_by_wings, ours)
            self._judge(self._departure)
        elif now is State.OFFLINE:
            self._await_rise(mono)

    def reported(self, was: State | None, now: State, mono: float) -> None:
        """Notes a snapshot of the state. If it differs from what was known, the change was not seen."""
        self._handled_until = -inf
        if now in UP:
            self.has_run = True  # nobody saw how it came up, so a fall from here is no failed start
            if was not in UP:
                self._requests = ()
            self._rises()
        elif was is not None and was in UP:
            self._departure = None
            self._decide("unseen")
        elif now is State.OFFLINE:  # down as when last seen, so its reason still holds
            self._await_rise(mono)

    def blind(self) -> None:
        """The link is lost: the reason of an undecided fall will not be seen."""
        self._handled_until = -inf
        if self.by is None and self.settled_at < inf:
            self._decide("unseen")
        self.settled_at = inf

    def settle(self, mono: float) -> bool:
        """Lets time decide the reason. True if it did.

        A fall that nobody called a crash was an exit, a start that stopped without an error was stopped by
        somebody, and a restart that did not come up is a failure of Wings.
        """
        if mono < self.settled_at:
            return False
        if self.by is not None:  # "automaton": only a restart of ours has a reason and a moment to settle
            self._decide("wings")
        else:
            is_stop = self._departure is not None and self._departure.now is not State.OFFLINE
            self._decide("operator" if is_stop else "exit")
        return True

    def dump(self, wall_time: WallTime) -> dict[str, Any]:
        """Plain data. Nobody watches from now on, so what is not decided was not seen."""
        return {
            "by": "unseen" if self.by is None and self.settled_at < inf else self.by,
            "requests": [[one.signal.value, wall_time.wall(one.at)] for one in self._requests],
            "restarts": self.is_to_rise,
            "wings_until": wall_time.wall(self._wings_until),
            "ran": self.has_run,
        }

    def load(self, data: dict[str, Any], wall_time: WallTime) -> None:
        """Restores what `dump` returned. Older memories have one request, as `asked` and `asked_at`."""
        self.by = data["by"]
        requests = data.get("requests")
        if requests is None:
            requests = [[data["asked"], data["asked_at"]]] if data["asked"] not in (None, "start") else []
        self._requests = tuple(PowerRequest(Signal(one), wall_time.mono(at, -inf)) for one, at in requests)
        if data.get("restarts"):  # so that it is still to come up, however long automaton was away
            ours = (PowerRequest(Signal.RESTART, -inf),)
            self._departure = Departure(State.RUNNING, State.STOPPING, -inf, False, ours)
        self._wings_until = wall_time.mono(data["wings_until"], -inf)
        self.has_run = data["ran"]

    def _judge(self, departure: Departure) -> None:
        """Decides the reason of a departure by all that is known now, or when time may decide it."""
        if departure.held_by_wings or departure.at <= self._wings_until:
            self._decide("wings")
        elif departure.requests:
            self._decide("automaton")
            if departure.now is State.OFFLINE:
                self._await_rise(departure.at)
        elif departure.now is State.OFFLINE:
            self._handled_until = departure.at + CRASH_TOLD_WITHIN
            if self._never_ran(departure):
                self._decide("wings")  # a failed start, which Wings may handle as a crash
            else:
                self.by, self.settled_at = None, self._handled_until
        elif not self._never_ran(departure):
            self._decide("operator")
        elif abs(departure.at - self._error_at) <= LATE_WORD:
            self._decide("wings")  # older Wings goes through `stopping` when a start fails (protocol 5.1)
        else:  # and may report the error only afterwards
            self.by, self.settled_at = None, departure.at + LATE_WORD

    def _never_ran(self, departure: Departure) -> bool:
        return departure.was is State.STARTING and not self.has_run

    def _await_rise(self, mono: float) -> None:
        if self.by == "automaton" and self.is_to_rise:
            self.settled_at = mono + RISES_WITHIN

    def _corrected(self, mono: float, within: float) -> None:
        departure = self._departure
        late = departure is not None and mono - departure.at <= within
        if late and self.by in (None, "operator", "exit"):
            self._decide("wings")

    def _rises(self) -> None:
        self._departure, self._handled_until = None, -inf
        self._decide(NOBODY)

    def _decide(self, by: str) -> None:
        self.by, self.settled_at = by, inf


def _without_last(requests: tuple[PowerRequest, ...], signal: Signal) -> tuple[PowerRequest, ...] | None:
    """The requests without the last of this kind, None if there is none."""
    for index in range(len(requests) - 1, -1, -1):
        if requests[index].signal is signal:
            return requests[:index] + requests[index + 1 :]
    return None
