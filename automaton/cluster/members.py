"""Who lives, as one member sees it.

Silence is counted only while the engine takes what this member writes: an election of NATS takes 4 to 9
seconds, and must bury nobody. So there is one clock in here, `working`, which goes on only then; every age
of a cluster is counted on it. Two members may disagree for seconds: a claim in a log decides, never this.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from statistics import median

from automaton.cluster.heartbeat import Heartbeat

DEAD_AFTER = 10.0  # seconds of silence; ten heartbeats, and longer than an election of the engine
ESTABLISHED_AFTER = 30.0  # unbroken seconds until a newcomer is given shards
BROKEN_AFTER = 5.0  # seconds without a word after which a newcomer's count begins anew
APPENDS_WORK_FOR = 10.0  # seconds after an acknowledged write; as long as a lease
# Seconds after an acknowledged write for which silence counts: two idle writes. Were it as long as
# `DEAD_AFTER`, whoever is cut off would bury everybody just before it learnt that.
COUNTS_FOR = 6.0
SUCCEEDED_AFTER = 3.0  # seconds after which a member's new process is believed, once the old one is silent
TWIN_AFTER = 5  # heartbeats of another process under a name that is in use, until that is told
MOST_STEP = 2.0  # seconds between two looks that count: more, and it was we who stood still
MOST_MEMBERS = 256  # names remembered; each is a machine
FORGOTTEN_AFTER = 3600.0  # seconds after which a dead member's name is forgotten
_SKEWS = 5  # heartbeats of which the middle one tells the skew: one that was late tells nothing


def appends_work(last_acknowledged: float | None, now: float) -> bool:
    """Whether the engine takes what we write, by when it last did; both on the boot-time clock."""
    return last_acknowledged is not None and now - last_acknowledged <= APPENDS_WORK_FOR


def _lasts(at: float | None, now: float) -> bool:
    return at is not None and now - at <= COUNTS_FOR


@dataclass(frozen=True, slots=True)
class LivingMember:
    """One that lives."""

    heartbeat: Heartbeat
    steady: float  # unbroken seconds since it came
    silent: float  # seconds since it was last heard
    # The engine takes what it writes, by its own word; else it owns nothing that it could act on.
    is_able: bool
    skew: float | None  # seconds that its wall clock is ahead of ours

    @property
    def name(self) -> str:
        """As configured."""
        return self.heartbeat.member

    @property
    def is_established(self) -> bool:
        """It has been here long enough to be given shards."""
        return self.steady >= ESTABLISHED_AFTER


@dataclass(slots=True)
class _Rival:
    """Another process of a member that lives: its next life, or a machine that was given the same name."""

    heartbeat: Heartbeat
    at: float
    count: int = 1


@dataclass(slots=True)
class _Heard:
    heartbeat: Heartbeat
    arrived: float
    at: float
    able_at: float
    skews: deque[float] = field(default_factory=lambda: deque(maxlen=_SKEWS))
    rival: _Rival | None = None


class Members:
    """All that were heard. `now` is the boot-time clock throughout: it goes on while a machine sleeps."""

    def __init__(self, me: str, boot: str, now: float) -> None:
        self.me = me
        self.boot = boot
        self.working = 0.0
        self.refused = 0  # heartbeats of members beyond `MOST_MEMBERS`
        self._looked_at = now
        self._echo_at: float | None = None
        self._is_in_touch = False
        self._heard: dict[str, _Heard] = {}

    def tick(self, now: float, last_acknowledged: float | None) -> None:
        """Time passes; called every second or oftener, with when the engine last took what we wrote.

        A member that owns nothing writes to the bucket to know it.
        """
        passed = now - self._looked_at
        self._looked_at = now
        if passed > DEAD_AFTER and (mine := self._heard.get(self.me)):
            mine.arrived = self.working  # we stood still: the others have buried us, and so do we
        self._is_in_touch = _lasts(last_acknowledged, now) and _lasts(self._echo_at, now)
        if self._is_in_touch:
            self.working += min(max(passed, 0.0), MOST_STEP)
        self._bury_the_forgotten()

    def hear(self, heartbeat: Heartbeat, wall: float) -> None:
        """Takes in one of anybody's, in any order and any number of times.

        Our own too, as the engine brings it back, and never by a shorter way: who does not hear itself is
        deaf or mute, may say of nobody that he is silent, and takes nothing.
        """
        name = heartbeat.member
        if name == self.me and heartbeat.boot == self.boot:
            self._echo_at = self._looked_at
        known = self._heard.get(name)
        if name == self.me and heartbeat.boot != self.boot:
            if known is not None:  # else it is of the life before this one, most likely
                self._hear_rival(known, heartbeat, wall)
        elif known is None:
            if len(self._heard) >= MOST_MEMBERS:
                self.refused += 1
                return
            self._heard[name] = self._arrival(heartbeat, wall)
        elif heartbeat.boot == known.heartbeat.boot:
            self._hear_again(known, heartbeat, wall)
        else:
            self._hear_rival(known, heartbeat, wall)

    def living(self) -> list[LivingMember]:
        """Those that live, by name; we are among them once we said something."""
        return [
            LivingMember(
                heartbeat=known.heartbeat,
                steady=self.working - known.arrived,
                silent=self.working - known.at,
                is_able=self._is_able(known),
                skew=median(known.skews) if known.skews else None,
            )
            for _, known in sorted(self._heard.items())
            if self._lives(known)
        ]

    def heartbeats(self) -> list[Heartbeat]:
        """The last of each that lives. Threads that write logs ask for them with each append."""
        return [known.heartbeat for known in list(self._heard.values()) if self._lives(known)]

    def dead(self) -> dict[str, float]:
        """Those that were heard and are dead, with the seconds of their silence."""
        return {
            name: self.working - known.at
            for name, known in sorted(self._heard.items())
            if not self._lives(known)
        }

    def twins(self) -> list[str]:
        """Names under which two processes speak at once: one of them has to be given another name.

        The one that was here first is believed, and the other one takes nothing.
        """
        return [name for name, known in sorted(self._heard.items()) if self._twin_of(known) is not None]

    def _twin_of(self, known: _Heard) -> _Rival | None:
        rival = known.rival
        if rival is None or rival.count < TWIN_AFTER or self.working - rival.at > DEAD_AFTER:
            return None
        return rival

    def _is_able(self, known: _Heard) -> bool:
        if self.working - known.able_at > DEAD_AFTER:
            return False
        if known.heartbeat.member != self.me:
            return True
        twin = self._twin_of(known)
        was_first = twin is None or twin.heartbeat.started_ago < known.heartbeat.started_ago
        return self._is_in_touch and was_first

    def _lives(self, known: _Heard) -> bool:
        return known.heartbeat.member == self.me or self.working - known.at <= DEAD_AFTER

    def _arrival(self, heartbeat: Heartbeat, wall: float) -> _Heard:
        arrived = _Heard(heartbeat, self.working, self.working, self.working)
        arrived.skews.append(heartbeat.wall - wall)
        return arrived

    def _hear_again(self, known: _Heard, heartbeat: Heartbeat, wall: float) -> None:
        if heartbeat.number <= known.heartbeat.number:
            return
        silent, steady = self.working - known.at, known.at - known.arrived
        if silent > DEAD_AFTER or (silent > BROKEN_AFTER and steady < ESTABLISHED_AFTER):
            known.arrived = known.able_at = self.working
        known.heartbeat, known.at = heartbeat, self.working
        if heartbeat.appends_work:
            known.able_at = self.working
        known.skews.append(heartbeat.wall - wall)

    def _hear_rival(self, known: _Heard, heartbeat: Heartbeat, wall: float) -> None:
        """The next life of a member replaces the last once that is silent; until then nobody is robbed."""
        rival = known.rival
        if rival is None or rival.heartbeat.boot != heartbeat.boot:
            known.rival = _Rival(heartbeat, self.working)
        elif heartbeat.number > rival.heartbeat.number:
            rival.heartbeat, rival.at, rival.count = heartbeat, self.working, rival.count + 1
            is_me = heartbeat.member == self.me
            if not is_me and self.working - known.at >= SUCCEEDED_AFTER:
                self._heard[heartbeat.member] = self._arrival(heartbeat, wall)

    def _bury_the_forgotten(self) -> None:
        for name, silent in self.dead().items():
            if silent > FORGOTTEN_AFTER:
                del self._heard[name]
