"""Writes down what the engine does: calls, verdicts, and the phase of every rule and key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from automaton.core.calls import Call, SendCommand, SendMessage
from automaton.core.decision import Decision, Verdict
from automaton.core.engine import Engine
from automaton.core.key import By, Key
from automaton.core.pack import NO_PACK, Pack
from automaton.ruletest.command_meaning import is_continued, verb_of
from automaton.ruletest.expectation import IDLE, IS, VERDICT
from automaton.ruletest.fake_server import FakeServer
from automaton.ruletest.transcript import Observation, Transcript

TRIPPED = "tripped"


class Observer:
    """Fills a transcript. With `all_verdicts` it has those too that change nothing.

    `pack_of` tells a broadcast or a question from other commands.
    """

    def __init__(
        self,
        transcript: Transcript,
        servers: Mapping[str, FakeServer],
        pack_of: Callable[[FakeServer], Pack],
        *,
        all_verdicts: bool,
    ) -> None:
        self._transcript = transcript
        self._servers = servers
        self._pack_of = pack_of
        self.all_verdicts = all_verdicts
        self._counted: Counter[tuple[str, Verdict]] = Counter()
        self._is_stale = True

    def engine_began(self) -> None:
        """Another engine has begun, which counts from nothing."""
        self._counted = Counter()
        self._is_stale = True

    def engine_reloaded(self) -> None:
        """The engine takes other rules: phases may change without a verdict."""
        self._is_stale = True

    def note(self, decisions: Sequence[Decision], engine: Engine, server: str, now: float) -> None:
        """Notes what was decided now. `server` is the one that the event was of, empty for none."""
        self._is_stale = True
        for decision in decisions:
            if not decision.rule and decision.calls and not any(one.call.is_kept for one in decision.calls):
                continue  # that a game is asked over the network, again and again, is no deed
            names = self.names(decision.key)
            if decision.verdict is Verdict.FIRED:
                self._enter(decision.rule, decision.key, "open", now)
            if decision.verdict is not Verdict.ACTING or decision.detail:
                text = decision.detail or decision.verdict.sentence
                if decision.verdict is Verdict.SHADOW and decision.held:
                    text += ": " + ", ".join(_asked(call) for call in decision.held)
                self._transcript.got.append(
                    Observation(now, VERDICT, decision.verdict.value, decision.rule, names, text)
                )
            for asked in decision.calls:
                self._note_call(asked.call, decision.rule, names, now)
        if self.all_verdicts:
            self._note_counted(decisions, engine, server, now)

    def note_phases(self, engine: Engine, now: float) -> None:
        """Notes the phases as they are now; a rule and key that the engine forgot is idle.

        A phase changes with a verdict, but for a breaker that time resets.
        """
        if not self._is_stale:
            return
        phases = self._transcript.phases
        self._is_stale = False
        known = set()
        for standing in engine.rule_states():
            place = (standing.rule.id, standing.key)
            known.add(place)
            self._is_stale = self._is_stale or standing.phase == TRIPPED
            changes = phases.get(place)
            if changes is None or changes[-1].argument != standing.phase:
                self._enter(*place, standing.phase, now)
        for place, changes in phases.items():
            if place not in known and changes[-1].argument != IDLE:
                self._enter(*place, IDLE, now)

    def names(self, key: str) -> tuple[str, ...]:
        """The names of the servers under a key, and of the node where it is one."""
        read = Key.read(key)
        match read.by:
            case By.SERVER:
                server_ = self._servers.get(read.of)
                return (server_.profile.name, server_.profile.id) if server_ is not None else ()
            case By.NODE:
                return (read.of, *self._named(lambda one: one.profile.node == read.of))
            case By.FLEET:
                return tuple(self._named(lambda _: True))

    def _named(self, wanted: Callable[[FakeServer], bool]) -> Iterable[str]:
        return [one.profile.name for one in self._servers.values() if wanted(one)]

    def _enter(self, rule: str, key: str, phase: str, now: float) -> None:
        changes = self._transcript.phases.setdefault((rule, key), [])
        if not changes and (phase != IDLE and now > 0.0):
            changes.append(Observation(0.0, IS, IDLE, rule, self.names(key)))
        if not changes or changes[-1].argument != phase:
            changes.append(Observation(now, IS, phase, rule, self.names(key)))

    def _note_call(self, call: Call, rule: str, names: tuple[str, ...], now: float) -> None:
        verb, argument, typed, text, title = call.verb, call.argument, "", call.words(), ""
        if isinstance(call, SendMessage):
            text, title = call.text, call.title
        if isinstance(call, SendCommand):
            typed = call.command
            server = self._servers.get(call.server)
            pack = self._pack_of(server) if server is not None else NO_PACK
            if not rule:
                return  # a question of the engine's own, for a fact: no rule asked it
            verb, argument = verb_of(pack, typed)
            if is_continued(pack, typed) and self._was_last(verb, rule, names):
                return  # one question, whatever it is typed in
        self._transcript.got.append(Observation(now, verb, argument, rule, names, text, typed, title))

    def _was_last(self, verb: str, rule: str, names: tuple[str, ...]) -> bool:
        calls = (one for one in reversed(self._transcript.got) if one.verb != VERDICT)
        last = next(calls, None)
        return last is not None and (last.verb, last.rule, last.servers) == (verb, rule, names)

    def _note_counted(self, decisions: Sequence[Decision], engine: Engine, server: str, now: float) -> None:
        """Verdicts that changed nothing are no decisions: the engine only counts them."""
        counted = engine.log.counted
        told = Counter((one.rule, one.verdict) for one in decisions)
        names = self.names(server) if server else ()
        for (rule, verdict), number in counted.items():
            more = number - self._counted[rule, verdict] - told[rule, verdict]
            got = Observation(now, VERDICT, verdict.value, rule, names, verdict.sentence)
            self._transcript.got.extend([got] * min(more, 1000))
        self._counted = Counter(counted)


def _asked(call: Call) -> str:
    """What a call would have done: its verb, what is asked, and the words that it carries."""
    said = f"{call.verb} {call.argument}".rstrip()
    words = call.words()
    return f"{said}: {words}" if words else said
