"""Runs one test: the daemon's engine, servers that obey, and a clock that only they move.

Time passes from one deadline of the engine, or one plan of the servers, to the next. Nothing here waits,
and nothing knows what time it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from math import inf

from automaton.core.decision import Asked
from automaton.core.events import PlayersCounted, Source
from automaton.core.key import By
from automaton.core.outcome import Outcome
from automaton.core.pack import Pack
from automaton.core.rules.rule import Rule, Rulebook, as_listed
from automaton.packs.load import FALLBACK
from automaton.ruletest.assertions import may_still_change
from automaton.ruletest.case import Case
from automaton.ruletest.expectation import VERDICT
from automaton.ruletest.fake_daemon import FakeDaemon
from automaton.ruletest.fake_dispatch import perform
from automaton.ruletest.fake_server import FakeServer
from automaton.ruletest.fake_wings import FakeWings
from automaton.ruletest.feed import FeedEntry
from automaton.ruletest.injection import inject
from automaton.ruletest.observer import Observer
from automaton.ruletest.repeats import Repeats
from automaton.ruletest.scheduler import Scheduler
from automaton.ruletest.still_to_come import still_to_come
from automaton.ruletest.transcript import Transcript
from automaton.ruletest.virtual_time import LONGEST_RUN, TOLERANCE, format_time
from automaton.schema.leaves import all_leaves
from automaton.triggers.schedule import ScheduleTrigger

MOST_STEPS = 1_000_000
"""A test that takes more has no end."""

NO_BOOKS: Mapping[str, Rulebook] = {}


class Harness:
    """One test while it runs."""

    def __init__(
        self,
        case: Case,
        book: Rulebook,
        repeats: Repeats,
        reloads: Mapping[str, Rulebook] = NO_BOOKS,
    ) -> None:
        """`reloads` are the books of the files that the test takes later."""
        self.transcript = Transcript()
        self._case = case
        self._scheduler = Scheduler()
        self._servers: dict[str, FakeServer] = {}
        self._book = _with_fed_tags_and_packs(book, self._servers)
        all_verdicts = any(one.verb == VERDICT for one in case.expected)
        observer = Observer(self.transcript, self._servers, self._pack_of, all_verdicts=all_verdicts)
        self._daemon = FakeDaemon(
            self._scheduler,
            observer,
            book=self._book,
            limits=case.limits,
            begins=case.begins,
            reloads={file: _with_fed_tags_and_packs(one, self._servers) for file, one in reloads.items()},
            is_killed=any(entry.gone is not None and entry.gone.killed for entry in case.feed),
            discover=self._discover,
            perform=self._perform,
        )
        self._wings = FakeWings(self._scheduler, self._daemon, self._servers, self._pack_of, repeats)
        alone = len(case.servers) == 1
        for number, initial in enumerate(case.servers, 1):
            server = FakeServer(number, initial, self._wings, alone=alone)
            self._servers[server.uuid] = server
        answers = (one for one in case.feed if one.answers or one.query or one.refuses is not None)
        changes = [entry.at for entry in answers]
        self._answers_since = max(changes, default=-inf)
        self._undecided = list(case.expected)
        self._ask_again_at = 0
        self._concerned: set[str] = set()

    def run(self) -> Transcript:
        """Everything that came of the test."""
        self._daemon.start()
        for server in self._servers.values():
            if server.players is not None:
                self._wings.tell(server, PlayersCounted, players=server.players)
        for entry in self._case.feed:
            self._plan(entry)
        self._note_scope()
        self._go_on()
        self._note_scope()
        told = self._daemon.book.rules
        self.transcript.by_clock = dict(self._strikes(rule) for rule in told if _schedules(rule))
        self.transcript.last = self._case.last
        self.transcript.strangers = {
            rule.id: self._why_strange(rule) for rule in told if rule.id not in self._concerned
        }
        self.transcript.unknown_games = tuple(self._unknown_games())
        if not self.transcript.phases:  # else it is not told, and all lines would be heard twice
            self.transcript.heard_apart = tuple(dict.fromkeys(self._heard_apart()))
        return self.transcript

    def _why_strange(self, rule: Rule) -> str:
        """Why a rule was judged for nobody."""
        if rule.by is By.NODE and not any(server.profile.node for server in self._servers.values()):
            return f"`{rule.id}` is judged by `node`, and no server of this test has one: give it a `node`"
        return f"the `servers` of `{rule.id}` name no server of this test"

    def _unknown_games(self) -> Iterator[str]:
        """What is said of servers that were fed what they run, and no pack fits it."""
        for server in self._servers.values():
            profile = server.profile
            fed = (("egg", profile.egg), ("image", profile.image), ("startup", profile.startup))
            runs = next((f"{what} `{text}`" for what, text in fed if text), "")
            if runs and self._book.pack_of(profile) == FALLBACK:
                yield f"no pack fits the {runs} of `{profile.name}`, so it has `{FALLBACK}`"

    def _heard_apart(self) -> Iterator[tuple[Source, str]]:
        """Fed lines that the pack tells from the game's output: `console:` hears those by `from`."""
        for entry in self._case.feed:
            for server in self._servers.values():
                profile = server.profile
                if entry.servers is not None and not entry.servers.covers(profile.name):
                    continue
                for text, source in entry.lines:
                    heard = self._book.index.hear(text, source, self._book.pack_of(profile)).source
                    if source is Source.GAME and heard is not Source.GAME:
                        yield heard, text

    def _strikes(self, rule: Rule) -> tuple[str, str]:
        """A rule by schedule, and when it strikes next after the test: `jitter` differs by server."""
        begins, schedules = self._case.begins, _schedules(rule)
        end = begins + self._case.last + TOLERANCE
        times = [(one.next_time(end, rule.id), one) for one in schedules if not one.jitter]
        known = [(at, one.tz) for at, one in times if at is not None]
        if len(known) < len(schedules):
            return rule.id, ""
        at, tz = min(known, key=lambda one: one[0])
        return rule.id, f"{format_time(at - begins)}, {datetime.fromtimestamp(at, tz):%Y-%m-%d %H:%M %Z}"

    def _note_scope(self) -> None:
        """Which rules concern any of its servers; those that are wider than one look at all of them."""
        engine = self._daemon.engine
        for target in engine.targets() if engine is not None else ():
            self._concerned |= target.rules.by_id.keys()

    def _go_on(self) -> None:
        """From moment to moment, until nothing is left to come."""
        last = self._case.last + TOLERANCE
        for _ in range(MOST_STEPS):
            planned, deadline = self._scheduler.next_at, self._daemon.next_deadline()
            moment = max(min(planned, deadline), self._scheduler.now)
            if moment == inf:
                return
            if moment > last:
                if self._is_decided() or not (left := self._what_is_left()):
                    return
                if moment > last + LONGEST_RUN:
                    self.transcript.cut_off = f"a day after its last entry: {left}"
                    return
                self._daemon.stop_clocks()
            self._step(moment, is_due=deadline <= moment, is_planned=planned <= moment)
        self.transcript.cut_off = f"after {MOST_STEPS} steps, at {format_time(self._scheduler.now)}"

    def _plan(self, entry: FeedEntry) -> None:
        def happen() -> None:
            inject(self._wings, entry)
            if entry.facts.profile:  # a server may be named by another rule now
                self._note_scope()

        self._scheduler.later(entry.at, happen)

    def _step(self, moment: float, *, is_due: bool, is_planned: bool) -> None:
        """The engine's deadlines come before what happens at the same moment."""
        self._scheduler.now = moment
        if is_due:
            self._daemon.advance()
        if is_planned:
            self._scheduler.run_next()
        self._daemon.observe()

    def _what_is_left(self) -> str:
        """What may still come by itself, in words; empty for nothing."""
        if self._scheduler.unfinished:
            return "a server, or automaton itself, is on its way"
        engine = self._daemon.engine
        if engine is None:
            return ""
        mono_of = self._daemon.mono_of
        return still_to_come(engine, mono_of(self._quiet_since()), mono_of(self._answers_since))

    def _quiet_since(self) -> float:
        got = self.transcript.got
        return max(self._case.last, got[-1].at if got else 0.0)

    def _is_decided(self) -> bool:
        """Asked seldom in a long story: it only saves time."""
        if len(self.transcript.got) >= self._ask_again_at:
            self._ask_again_at = 1 + 2 * len(self.transcript.got)
            self._undecided = [one for one in self._undecided if may_still_change(one, self.transcript)]
        return not self._undecided

    def pack_of_first(self) -> str:
        """The id of the pack that the first server of the case has."""
        return self._book.pack_of(next(iter(self._servers.values())).profile)

    def _pack_of(self, server: FakeServer) -> Pack:
        return self._book.pack(self._book.pack_of(server.profile))

    def _discover(self) -> None:
        self._wings.announce()

    def _perform(self, asked: Asked) -> Outcome:
        return perform(self._wings, asked.call)


def _schedules(rule: Rule) -> list[ScheduleTrigger]:
    return [leaf for leaf in all_leaves((rule.when,)) if isinstance(leaf, ScheduleTrigger)]


def _with_fed_tags_and_packs(book: Rulebook, servers: Mapping[str, FakeServer]) -> Rulebook:
    chosen = book.choose_pack
    return replace(
        book,
        tags_of=lambda profile, _: servers[profile.uuid].tags,
        choose_pack=lambda profile, tags: servers[profile.uuid].pack or chosen(profile, tags),
        query_of=as_listed,  # nobody is asked in a test: whether the libraries are there is no matter
    )
