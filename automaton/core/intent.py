"""Why a server went down: `stopped_by`, and how sure that is.

Decided when the server leaves `running` or `starting`, from what was seen up to then, and after a
fall without `stopping` once the daemon's crash line came or did not. See rule-language 4.6.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

from automaton.core.calls import Signal
from automaton.core.events import State
from automaton.core.lasting import Lasting

OURS_WITHIN = 40.0  # a stop or kill of ours explains a stop for so long (rule-language 4.6)
CRASH_TOLD_WITHIN = 7.0  # 5 s for the daemon's first crash line, 2 s for the second
LATE_WORD = 5.0  # daemon lines and states travel on channels of their own (protocol 4.4)

# Wings itself takes a server down for these, within the seconds that it needs to do so.
WINGS_STOPS = {"disk.exceeded": 60.0, "install.started": 60.0, "transfer": 60.0}

NOBODY = "nobody"


@dataclass(slots=True)
class Intent:
    """`by` is None while it cannot be known; `settled_at` is when an undecided fall is decided."""

    by: str | None = None
    settled_at: float = inf
    _asked: Signal | None = None
    _asked_at: float = -inf
    _wings_until: float = -inf
    _decided_at: float = -inf
    _ran: bool = False

    def asked(self, signal: Signal, mono: float) -> None:
        """A power action of ours went out."""
        self._asked, self._asked_at = signal, mono

    def ran(self) -> None:
        """A stats frame came while the server was up: its container runs."""
        self._ran = True

    def told(self, event: str, mono: float) -> None:
        """A named event that may explain a stop, or does explain a fall."""
        if event in WINGS_STOPS:
            self._wings_until = mono + WINGS_STOPS[event]
            if self.by == "operator" and mono - self._decided_at <= LATE_WORD:
                self._decide("wings", mono)
        elif event == "crash" and self.by in (None, "exit"):
            self._decide("crash", mono)

    def changed(self, was: State | None, now: State, mono: float, *, held_by_wings: bool) -> None:
        """A live change. `held_by_wings`: suspended, installing or transferring."""
        if now in (State.STARTING, State.RUNNING):
            if now is State.STARTING:
                self._ran = False
            self._decide(NOBODY, mono)
        elif was in (State.STARTING, State.RUNNING):
            self._left(was, now, mono, held_by_wings)

    def reported(self, was: State | None, now: State, mono: float) -> None:
        """A snapshot. A difference to what was known happened unseen."""
        if now.is_up and now is not State.STOPPING:
            self._decide(NOBODY, mono)
        elif was in (State.STARTING, State.RUNNING):
            self._decide("unseen", mono)
        # else: stopped when last seen, and its reason stands; never seen, and nobody knows

    def blind(self, mono: float) -> None:
        """Nobody watches from here on: an undecided fall stays undecided, so its reason was not seen."""
        if self.settled_at < inf:
            self._decide("unseen", mono)

    def settle(self, mono: float) -> bool:
        """An undecided fall whose time for a crash line is over was a clean exit. True if it was decided."""
        if mono < self.settled_at:
            return False
        self._decide("exit", mono)
        return True

    def dump(self, lasting: Lasting) -> dict[str, Any]:
        """Plain data. Nobody watches from now on: what is not decided was not seen."""
        return {
            "by": "unseen" if self.settled_at < inf else self.by,
            "asked": self._asked.value if self._asked is not None else None,
            "asked_at": lasting.wall(self._asked_at),
            "wings_until": lasting.wall(self._wings_until),
            "decided_at": lasting.wall(self._decided_at),
            "ran": self._ran,
        }

    def load(self, data: dict[str, Any], lasting: Lasting) -> None:
        """What `dump` gave."""
        self.by = data["by"]
        self._asked = Signal(data["asked"]) if data["asked"] is not None else None
        self._asked_at = lasting.mono(data["asked_at"], -inf)
        self._wings_until = lasting.mono(data["wings_until"], -inf)
        self._decided_at = lasting.mono(data["decided_at"], -inf)
        self._ran = data["ran"]

    def _left(self, was: State, now: State, mono: float, held_by_wings: bool) -> None:
        ours = mono - self._asked_at <= OURS_WITHIN
        if held_by_wings or mono <= self._wings_until:
            self._decide("wings", mono)
        elif ours and self._asked in (Signal.STOP, Signal.KILL):
            self._decide("automaton", mono)
        elif ours and self._asked is Signal.RESTART and now is State.STOPPING:
            self._decide("wings", mono)  # a restart of ours that does not come up stays with this reason
        elif now is State.OFFLINE:
            self.by, self.settled_at = None, mono + CRASH_TOLD_WITHIN
        elif was is State.STARTING and not self._ran:
            self._decide("wings", mono)  # the start failed before its container ran
        else:
            self._decide("operator", mono)

    def _decide(self, by: str, mono: float) -> None:
        self.by, self.settled_at, self._decided_at = by, inf, mono
