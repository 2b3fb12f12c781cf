"""A live engine on generated streams: recorded as the daemon records, answered as the world answers.

Seeded: the same each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

from automaton.core import events as ev
from automaton.core.decision import Asked, Decision
from automaton.core.engine import Engine
from automaton.core.events import Event, Profile, State
from automaton.core.gates.limits import Limits
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.core.rules.rule import Rulebook
from automaton.daemon.recorder import Recorder, Recording
from automaton.web.recording_format import Advanced
from tests.core.story import LOBBY

RULES = """
    rules:
      - id: high
        while: memory_pct > 90
        for: 20s
        until: memory_pct < 80
        cooldown: 1m
        do:
          - {notify: ops, text: "${name} ${memory_pct}"}
          - {wait: 10s}
          - {send: "say high ${memory_pct}"}
        on_clear: [{notify: ops, text: "back after ${open_for}"}]
      - {id: lag, when: {console: '^Can''t keep up! .*Running (?P<ms>\\d+)ms'}, count: 2, within: 2m,
         until: 3m, do: [{notify: ops, text: "${matches} ${it.ms}"}]}
      - {id: heap, when: {console: '^java\\.lang\\.OutOfMemoryError'}, cooldown: 1m,
         do: [{power: restart, force_after: 20s}]}
      - {id: clean, when: {console: '^clean (?P<what>[^ ]+)'}, do: [{send: "clear ${it.what}"}]}
      - id: down
        while: state == "offline" and stopped_by not in ["operator", "automaton"]
        for: 30s
        until: state == "running"
        do: [{notify: ops, text: "${name} is down"}]
      - {id: crash, when: {event: crash.unhandled}, if: not installing, cooldown: 30s,
         do: [{power: start}, {notify: ops, text: "up again"}]}
      - {id: quiet, while: console_age > 2m, until: console_age < 1m, do: [{notify: ops}]}
    """

WHOLE = """
rules:
  - id: esc
    while: memory_pct > 90
    for: 20s
    until: memory_pct < 80
    breaker: {max: 3, within: 10m, reset: 5m, then: [{notify: ops, text: "tripped"}]}
    backoff: [5s, 30s]
    do:
      - {countdown: 40s, at: [30s, 10s], say: "in ${left}", else: [{say: "no"}]}
      - {power: restart, force_after: 30s, within: 2m, else: []}
    escalate: [{after: 1m, unless: acked, do: [{notify: oncall, text: "${open_for}"}]}]
    on_clear: [{notify: ops, text: "back ${open_for}"}]
  - {id: joins, by: ['it.player'], when: {event: player.join}, unless: {event: player.leave}, within: 30s,
     do: [{notify: ops, text: "${it.player} ${players}"}]}
  - id: node
    by: node
    while: share(not connected) > 0.3 and total >= 1
    for: 10s
    mutes: {rules: ["*"], actions: [notify, power]}
    do: [{notify: oncall, text: "${node} ${names(not connected)}"}]
  - {id: lag, when: {console: '^Can''t keep up!'}, count: 2, within: 2m, until: 3m,
     do: [{save: 20s, else: []}, {probe: 10s, else: [{notify: ops, text: "frozen"}]}]}
  - {id: follow, when: {rule: esc, is: open}, overlap: queue,
     do: [{wait: 20s}, {notify: ops, text: "after ${rule}"}]}
  - {id: tick, when: {schedule: "*/2 * * * *", tz: UTC, jitter: 30s},
     do: [{notify: ops, text: "tick ${avg(cpu_pct, 2m)} ${crashes(1h)} ${rate(rx, 1m)}"}]}
  - id: many
    by: fleet
    while: count(state == "running") < 3
    for: 15s
    do: [{notify: ops, text: "${count(connected)} ${sum(memory)}"}]
  - {id: clean, when: {console: '^clean (?P<what>[^ ]+)'}, cooldown: 1m,
     do: [{send: "clear ${it.what}"}, {mute: 30s}]}
  - id: avg
    while: avg(memory_pct, 1m) > 60 and not firing("node")
    do: [{notify: ops, text: "avg"}]
"""
"""Nearly every key, trigger, action and function of the language."""

SERVERS = tuple(
    Profile(
        uuid=f"u-{number}", id=f"id{number}", name=f"server-{number}", node=f"node-{number % 2}",
        egg="Paper" if number % 2 else "Rust", disk_limit=1000,
    )
    for number in range(4)
)  # fmt: skip

LINES = (
    "[12:00:00] [Server thread/INFO]: Steve[/192.0.2.1:5] logged in with entity id 1 at (0, 64, 0)",
    "[12:00:00] [Server thread/INFO]: Steve lost connection: Timed out",
    "[12:00:00] [Server thread/INFO]: <Eve> java.lang.OutOfMemoryError",
    '[12:00:00 INFO]: Done (3.2s)! For help, type "help"',
    "[12:00:00] [Server thread/WARN]: Can't keep up! Is the server overloaded? Running 2500ms or 50 ticks",
    "java.lang.OutOfMemoryError: Java heap space",
    "clean Zoë",
    "",
)


class Clock:
    """Stands where it is put. The wall runs apart from the other, as a machine's does."""

    def __init__(self, chance: Random) -> None:
        self._mono = 1000 * chance.random()
        self._wall = 1_800_000_000 + 1000 * chance.random()
        self._chance = chance

    def now(self) -> Moment:
        return Moment(self._mono, self._wall)

    def pass_(self, seconds: float) -> None:
        self._mono += seconds
        self._wall += seconds + (self._chance.random() - 0.5) * 1e-3


NO_MEMORY: Mapping[str, Any] = {}


class Live:
    """An engine that runs as the daemon's does; `decisions` are all of its own."""

    def __init__(
        self, book: Rulebook, limits: Limits, chance: Random, memory: Mapping[str, Any] = NO_MEMORY
    ) -> None:
        self.began_with = memory
        self.book = book
        self.limits = limits
        self.chance = chance
        self.decisions: list[Decision] = []
        self.answer: Callable[[Asked], tuple[float, Outcome]] = self._by_chance
        self.clock = Clock(self.chance)
        self.began = self.clock.now().mono
        self.engine = Engine(self.book, self.limits, self.clock.now(), memory)
        self.recorder = Recorder(self.engine, self.clock, lambda: (self.book, self.limits))
        self._ends: list[tuple[float, Asked, Outcome]] = []
        self._uptime = dict.fromkeys((one.uuid for one in SERVERS), 0.0)

    def begin(self, part: int = 1 << 30) -> Recording:
        """A recording from the engine's first moment."""
        return self.recorder.begin(part, began_with=self.began_with)

    def run(self, events: int) -> None:
        """So many events, and all that time brings between them."""
        for profile in SERVERS:
            self._handle(ev.ServerListed(server=profile.uuid, at=self.clock.now(), profile=profile))
        for _ in range(events):
            self._sleep(self.chance.choice((0.0, 0.01, 0.2, 1.0, 1.0, 5.0, 40.0)))
            for event in self._events():
                self._handle(event)

    def at(self, seconds: float, kind: type[Event], **fields: Any) -> None:
        """One event, so many seconds from the beginning; of `lobby`."""
        self._sleep(self.began + seconds - self.clock.now().mono)
        self._handle(kind(server=LOBBY.uuid, at=self.clock.now(), **fields))

    def memory(self, until: float, pct: int, every: float = 1.0) -> None:
        """Readings of `lobby` up to so many seconds from the beginning."""
        while (mono := self.clock.now().mono - self.began) < until:
            seconds = min(until, mono + every)
            self.at(seconds, ev.StatsReported, memory=pct, memory_limit=100, cpu_pct=1.0, disk=1, rx=0,
                    tx=0, uptime=seconds + 1)  # fmt: skip

    def reload(self) -> None:
        """The same rules once more."""
        now = self.clock.now()
        self.recorder.adopts(now)
        self._hand_on(self.engine.adopt(self.book, self.limits, now))

    def _sleep(self, seconds: float) -> None:
        """As the daemon's engine loop: until the next deadline, the pulse, or the end of a call."""
        until = self.clock.now().mono + seconds
        while True:
            now = self.clock.now().mono
            deadline = self.engine.next_deadline()
            wakes = [until, now + 5.0, *(mono for mono, _, _ in self._ends)]
            wake = min(wakes if deadline is None else [deadline, *wakes])
            if wake >= until:
                self.clock.pass_(max(0.0, until - now))
                return
            self.clock.pass_(max(0.0, wake - now) + 1e-4 * self.chance.random())  # a loop wakes late
            if self._ends and self._ends[0][0] <= self.clock.now().mono:
                self._end(*self._ends.pop(0)[1:])
            else:
                at = self.clock.now()
                self.recorder.took(Advanced(at))
                self._hand_on(self.engine.advance(at))

    def _handle(self, event: Event) -> None:
        self.recorder.took(event)
        self._hand_on(self.engine.handle(event))

    def _hand_on(self, decisions: list[Decision]) -> None:
        self.decisions += decisions
        for decision in decisions:
            self.recorder.asked(decision)
            for asked in decision.calls:
                seconds, outcome = self.answer(asked)
                self._ends.append((self.clock.now().mono + seconds, asked, outcome))
        self._ends.sort(key=lambda one: one[0])

    def _by_chance(self, _: Asked) -> tuple[float, Outcome]:
        result = self.chance.choice((*[Result.DONE] * 8, Result.REFUSED, Result.UNKNOWN))
        return 3 * self.chance.random(), Outcome(result, "by chance", passing=self.chance.random() < 0.2)

    def _end(self, asked: Asked, outcome: Outcome) -> None:
        self._handle(
            ev.CallEnded(server=asked.call.server, at=self.clock.now(), number=asked.number, outcome=outcome)
        )

    def _events(self) -> Iterator[Event]:
        chance, server, at = self.chance, self.chance.choice(SERVERS).uuid, self.clock.now()
        match chance.randrange(12):
            case 0 | 1 | 2 | 3:
                self._uptime[server] += 5
                yield ev.StatsReported(
                    server=server, at=at, memory=chance.choice((10, 70, 85, 91, 95, 99)), memory_limit=100,
                    cpu_pct=400 * chance.random(), disk=chance.randrange(1000), rx=1, tx=2,
                    uptime=self._uptime[server],
                )  # fmt: skip
            case 4 | 5 | 6:
                yield ev.LinePrinted(server=server, at=at, text=chance.choice(LINES))
            case 7:
                yield ev.StateChanged(server=server, at=at, state=chance.choice(list(State)))
            case 8:
                yield ev.LinkUp(server=server, at=at)
                yield ev.StateReported(server=server, at=at, state=chance.choice(list(State)))
            case 9:
                yield ev.LinkLost(server=server, at=at, reason="by chance")
            case 10:
                name = chance.choice(("crash", "crash.unhandled", "disk.exceeded", "install.completed"))
                yield ev.Occurred(server=server, at=at, name=name, fields={"exit_code": 1, "oom": None})
            case _:
                yield ev.PlayersCounted(server=server, at=at, players=chance.randrange(3))


def written(recording: Recording, path: Path) -> Path:
    """A recording's rows so far, in a file."""
    path.write_bytes(recording.rest())
    return path
