"""One crash campaign: a world, a receiver, one life of the daemon after the other, and what is left."""

from __future__ import annotations

import signal
import time
from collections import Counter
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from random import Random
from threading import Event, Thread

import httpx

from tests.acceptance.processes import Process, eventually, started
from tests.acceptance.simulation import Simulation
from tests.campaign.crash import judges, load, moments
from tests.campaign.crash.moments import Moment
from tests.campaign.crash.record import Life, Post, Printed, Record, Seen
from tests.campaign.grouping import grouping
from tests.campaign.mailbox import FAILS, TAKEN, Mailbox

SERVERS = 34
TARGETS = ("first", "second")
FAILING = 0.15  # of the answers of the second address: what it heard comes again
SETTLES_WITHIN, SETTLED_EVERY = 60.0, 0.5
LONG_LIVES, LONG = (7, 8), (2.5, 3.5)
"""Two in a row that see enough for a `for` to go on from one to the other."""
LOST_AFTER = 10.0  # seconds in which nobody was told of a line: the daemon that read it died too soon
STEERED = {2: ("acknowledge", 1), 5: ("silence", 0), 10: ("acknowledge", 2)}
"""What a person does in the life of this number, and to which of the servers that may escalate."""
OURS = ("wings api", "websocket ", "panel ")
SETTINGS = """\
nodes: {{one: {{config: {{file: {config}}}, servers: [{{id: "*", egg: Paper}}]}}}}
channels:
  ops: {{urls: [{{file: first.url}}, {{file: second.url}}], rate: 1000/1s{grouping}}}
limits:
  arm: live
  settle: 0s
  allow: {{power: [start, stop, restart], send: ["*"]}}
  power: {{server: {budget}/1h}}
rules: rules.d
state: state
"""


@dataclass
class Campaign:
    """One world and the daemons that die in it. `wage` is called once."""

    folder: Path
    simulation: Simulation
    mailbox: Mailbox
    seed: int
    lives: list[Life] = field(default_factory=list)
    printed: list[Printed] = field(default_factory=list)
    filled: list[Seen] = field(default_factory=list)
    acked: list[Seen] = field(default_factory=list)
    silenced: float = float("inf")

    def __post_init__(self) -> None:
        self.chance = Random(f"crashes {self.seed}")
        self.part = load.parts(self.simulation.servers)
        self.words = load.words()
        self.posted = Event()
        self.mailbox.on_post = self.posted.set
        self.mailbox.answer = self._answer
        self._asked: Counter[str] = Counter()
        self._full: set[str] = set()
        self._life: Life | None = None  # the last one
        self._write_site()

    def _write_site(self) -> None:
        rules = self.folder / "rules.d"
        rules.mkdir()
        (rules / "rules.yml").write_text(load.RULES)
        for target in TARGETS:
            path = self.folder / f"{target}.url"
            path.touch(mode=0o600)
            path.write_text(self.mailbox.url(target))
        (self.folder / "automaton.yml").write_text(
            SETTINGS.format(config=self.simulation.configs[0], budget=load.BUDGET, grouping=grouping())
        )

    def _answer(self, post: Post) -> int:
        return FAILS if post.target == "second" and self.chance.random() < FAILING else TAKEN

    # Lives

    def wage(self, kills: int) -> Record:
        """So many lives that are killed, and one that may settle."""
        for number in range(kills):
            moment = moments.chosen(self.chance)
            # A person who says something finds a daemon that is up.
            lives_on = number in STEERED or number in LONG_LIVES
            self._live(number, Moment.PAUSE if lives_on and moment is Moment.START else moment)
        self._live_on()
        return self.record()

    def _live(self, number: int, moment: Moment) -> None:
        with self._daemon(number) as process:
            began = _now()
            self._between_lives()
            if moment is Moment.START:
                self._wait(moment, number)
            elif self._comes_up(process):
                self._under_load(number, moment, process)
            process.signal(signal.SIGKILL)
            process.ended()
            self.lives.append(Life(began, _now(), moment))

    def _under_load(self, number: int, moment: Moment, process: Process) -> None:
        """Lines are printed and things happen until the moment has come."""
        ends = Event()
        thread = Thread(target=self._print_until, args=(ends, Random(f"load {self.seed} {number}")))
        thread.start()
        try:
            if not self._steer(number):
                if number in LONG_LIVES:
                    time.sleep(self.chance.uniform(*LONG))
                if moment is Moment.END:
                    time.sleep(self.chance.uniform(0.1, moments.PATIENCE))
                    process.signal(signal.SIGTERM)
                self._wait(moment, number)
        finally:
            process.signal(signal.SIGKILL)  # before the thread is waited for: that takes its time
            ends.set()
            thread.join()

    def _live_on(self) -> None:
        """The last life, until nothing is left to be told; ends cleanly."""
        with self._daemon(len(self.lives)) as process:
            self._life = Life(_now())
            self._between_lives()
            assert self._comes_up(process), process.output()
            until = _now() + SETTLES_WITHIN
            while not self._is_settled() and _now() < until:  # what is missing then is for the judges
                time.sleep(SETTLED_EVERY)
            process.signal(signal.SIGTERM)
            assert process.ended() == 0, process.output()
            assert "Traceback" not in process.output(), process.output()

    def _is_settled(self) -> bool:
        record = self.record()
        at_last = (judges.all_told, judges.ends_after_openings, judges.no_hold_forgotten)
        return not any(judge(record) for judge in at_last)

    def _daemon(self, number: int) -> AbstractContextManager[Process]:
        output = self.folder / f"life-{number}.out"
        return started(output, ["run", "-c", str(self.folder / "automaton.yml")])

    def _comes_up(self, process: Process) -> bool:
        """Waits until all servers have a link; False where the process ended by itself."""

        def look() -> bool:
            return not process.is_running or all(one["sockets"] for one in self.simulation.overview())

        eventually(look, process.output)
        return process.is_running

    def _wait(self, moment: Moment, number: int) -> None:
        output = self.folder / f"life-{number}.out"
        moments.wait_for(moment, self.chance, self.folder / "state", output, self.posted)

    # What happens in the world

    def _between_lives(self) -> None:
        """While nobody looks: memory that made its rule fire is given back, and filled the next time.

        What may not have been full for long enough stays so: nobody may see that it ended, and `for` would
        rightly go on counting in the next stretch what it saw of this one.
        """
        record = self.record()
        fired = {one.server: one.at for one in record.commands if one.what == "say held"}
        filled = {one.server: one.at for one in self.filled}
        for server in self._servers("held"):
            since = filled.get(server, inf)
            # An incident of the stretch before, whose end nobody saw, keeps the rule from firing again.
            is_held = judges.surely_seen(record, server, since, inf) > load.HELD_FOR
            may_end = is_held or fired.get(server, 0.0) > since
            if server in self._full and may_end and self.chance.random() < 0.3:
                self._full.discard(server)
                with suppress(httpx.HTTPStatusError):
                    self.simulation.fault("memory", server=server)
            elif server not in self._full:
                self._fill(server)
        self._asked.clear()

    def _fill(self, server: str) -> None:
        at = _now()
        with suppress(httpx.HTTPStatusError):
            self.simulation.fault("memory", server=server, percent=95)
            self.filled.append(Seen(at, server, "memory"))
            self._full.add(server)

    def _print_until(self, ends: Event, chance: Random) -> None:
        """Lines at random, until it ends."""
        while not ends.wait(chance.uniform(0.002, 0.02)):
            server = chance.choice(self.simulation.servers)
            with suppress(httpx.HTTPStatusError, StopIteration):  # it does not run just now
                self._happen(server, chance)

    def _happen(self, server: str, chance: Random) -> None:
        match self.part[server]:
            case "held":
                return
            case "raised":
                if chance.random() < 0.3:
                    self.simulation.fault("crash", server=server, oom=chance.random() < 0.5)
            case "restarted" | "louder" as part:
                may = (
                    self._may_restart(server) if part == "restarted" else server == self._servers("louder")[0]
                )
                if may and not self._asked[server]:
                    self._asked[server] += 1
                    self._print(server, part)
            case part:
                if chance.random() < 0.05:
                    self.simulation.fault("flood", server=server, lines=200)
                if part not in load.REST or self._is_over(server):
                    self._print(server, part)

    def _print(self, server: str, rule: str) -> str:
        word, at = next(self.words), _now()
        self.simulation.fault("print", server=server, lines=[f"{rule} {word}"])
        self.printed.append(Printed(at, server, rule, word))
        return word

    def _is_over(self, server: str) -> bool:
        """Whether the server's last word was told to its end everywhere, or never.

        A message tells a group in full only while it is small, and words are what it is judged by.
        """
        last = next((one for one in reversed(self.printed) if one.server == server), None)
        if last is None:
            return True
        told = [(post.target, *key) for post in list(self.mailbox.posts) for key in judges.said(post)]
        if all((target, "ended", last.word) in told for target in TARGETS):
            return True
        return _now() - last.at > LOST_AFTER and not any(word == last.word for *_, word in told)

    def _may_restart(self, server: str) -> bool:
        """Not before the last one was seen and told, so that each restart has one line that it is for."""
        lines = [one for one in self.printed if one.server == server]
        if not lines:
            return True
        ended = any(("ended", lines[-1].word) in judges.said(post) for post in list(self.mailbox.posts))
        return ended and len(lines) < load.BUDGET

    # What people do

    def _steer(self, number: int) -> bool:
        """In some lives a person says something; it is killed as soon as that was granted. Whether it was."""
        act, place = STEERED.get(number, ("", 0))
        louder = self._servers("louder")
        match act:
            case "acknowledge":
                self._acknowledge(louder[place])
            case "silence":
                for server in self._servers("hushed"):
                    with suppress(httpx.HTTPStatusError):
                        self._print(server, "hushed")
                time.sleep(0.3)  # so that something is done before it is silenced
                self._ask("/v1/silences", {"rules": ["hushed"], "servers": ["*"], "seconds": 3600})
                self.silenced = _now()
        return bool(act)

    def _acknowledge(self, server: str) -> None:
        """Prints until there is something to take note of: a server that starts prints nothing."""
        uuid = self.simulation.server(server)["uuid"]

        def acknowledged() -> bool:
            with suppress(httpx.HTTPStatusError):
                self._print(server, "louder")
            return bool(self._ask("/v1/rules/louder/ack", {"key": uuid})["incidents"])

        eventually(acknowledged, lambda: server)
        self.acked.append(Seen(_now(), server, "ack"))

    def _ask(self, path: str, body: object) -> dict[str, object]:
        transport = httpx.HTTPTransport(uds=str(self.folder / "state" / "control.sock"))
        with httpx.Client(transport=transport, base_url="http://automaton", timeout=30) as control:
            answer: dict[str, object] = control.post(path, json=body).raise_for_status().json()
        return answer

    # What is left behind

    def record(self) -> Record:
        """All that was seen so far."""
        entries = {kind: self.simulation.log(kind) for kind in ("command", "power", "state", "socket")}
        seen = {
            kind: [Seen(one.at, one.server, one.detail) for one in found if _counts(kind, one.by)]
            for kind, found in entries.items()
        }
        return Record(
            until=_now(),
            lives=[*self.lives, self._life] if self._life is not None else list(self.lives),
            printed=list(self.printed),
            commands=seen["command"],
            powers=seen["power"],
            states=seen["state"],
            sockets=seen["socket"],
            filled=list(self.filled),
            silenced=self.silenced,
            acked=list(self.acked),
            posts=list(self.mailbox.posts),
            targets=TARGETS,
        )

    def _servers(self, part: str) -> list[str]:
        return [server for server, its in self.part.items() if its == part]


def _counts(kind: str, by: str) -> bool:
    """Commands and power actions of others are not automaton's."""
    return kind not in ("command", "power") or by.startswith(OURS)


def _now() -> float:
    return time.time()  # noqa: TID251 - a record has its moments
