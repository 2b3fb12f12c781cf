"""All state of the engine to plain data and back: joins and versions what each class dumps and loads.

A server's part is taken up when the server is listed, for until then nobody knows which rules it has.
Moments are wall, for the monotonic clock means nothing to another process.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from math import inf
from typing import Any

from automaton.core.decision import Verdict
from automaton.core.fingerprint import fingerprint_of_parts
from automaton.core.gates import Gates
from automaton.core.incident import Incident
from automaton.core.judge import Judge
from automaton.core.key import By, Key
from automaton.core.lasting import Lasting
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.core.place import Place
from automaton.core.places import Places
from automaton.core.ports import Action
from automaton.core.rule import Rule
from automaton.core.run import Run, RunKind, load_blocks, load_memo
from automaton.core.runner import Runner
from automaton.core.server import Server
from automaton.core.standing import Standing

VERSION = 1
BACK_WITHIN = 120.0  # seconds in which the servers of a node or the fleet are listed again after a start
FORGOTTEN_AFTER = 7 * 86_400.0  # what an earlier engine knew of a server that nobody lists any more
ABSENT_AT_MOST = 86_400.0  # what was known of a server that was listed and is not any more

# What was written and not answered counts as done, but for a power action: its outcome is read from the
# state, for a backup: only the answer tells which it is, and for a question: it is asked again
# (rule-language 4.7).
DAMAGE = (KeyError, TypeError, ValueError, AttributeError, IndexError)
ASKED_AGAIN = frozenset({"save", "probe"})
TOLD_BY_THE_ANSWER = frozenset({"power", "backup"})


class Memory:
    """What an earlier engine left. `data` None: nothing, or of another version.

    `unreadable` counts the parts that are not as we write them: they are forgotten, the others are not.
    """

    def __init__(self, data: Mapping[str, Any] | None, now: Moment) -> None:
        self._data: dict[str, Any] = {}
        self._places: dict[str, Any] = {}
        self._left_at = -inf
        self._lasting = Lasting(now)
        self.unreadable = 0
        self._left: list[tuple[str, str]] = []
        if data is None or data.get("version") != VERSION:
            return
        try:
            self._places, self._left_at = dict(data["places"]), float(data["at"])
            self._data = dict(data)
        except DAMAGE:
            self.unreadable += 1
        self._lasting = self._since(now)

    def _since(self, now: Moment) -> Lasting:
        """Where the wall clock was ahead before, no time has passed: nobody waits until it is that late."""
        return Lasting(Moment(now.mono, max(now.wall, self._left_at)))

    def open(self, gates: Gates, runner: Runner, judge: Judge) -> None:
        """What belongs to no place."""
        if not self._data:
            return
        try:
            gates.load(self._data["spent"], self._lasting)
            runner.holding.silences.load(self._data["silences"], self._lasting)
            runner.tally.numbers = count(int(self._data["next_number"]))
            judge.incidents = count(int(self._data["next_incident"]))
        except DAMAGE:
            self.unreadable += 1

    def recall_server(self, place: Place, now: Moment) -> None:
        """What was known of a server. Nobody watched since."""
        data = self._places.get(place.home)
        try:
            if data is not None and data.get("server") is not None:
                place.server.load(data["server"], now)
        except DAMAGE:
            self.unreadable += 1
            del self._places[place.home]
            place.server = Server(place.server.facts.profile)

    def recall(self, place: Place, runner: Runner, now: Moment) -> list[Standing]:
        """How the rules of a place stood. Those that are no more are left out."""
        data = self._places.pop(place.home, None)
        if data is None:
            return []
        try:
            return self._recalled(place, data, runner, now)
        except DAMAGE:
            self.unreadable += 1
            runner.drop(
                runner.going.at(place.home), Verdict.FAILED, now, "what was remembered cannot be read"
            )
            place.standings.clear()
            place.open.clear()
            return []

    def _recalled(self, place: Place, data: dict[str, Any], runner: Runner, now: Moment) -> list[Standing]:
        lasting = self._since(now)
        standings = []
        place.expected = {rule: set(servers) for rule, servers in data.get("crowds", {}).items()}
        place.expected_until = now.mono + BACK_WITHIN
        for one in data["standings"]:
            if one["rule"] not in place.scope.rules:
                if one["incident"] is not None:
                    key = Key(place.key.by, place.key.of, tuple(one["more"]))
                    self._left.append((one["rule"], key.text))
                continue
            rule, turn = place.scope.rules[one["rule"]]
            standing = Standing(rule, turn, place, tuple(one["more"]))
            standing.load(one, lasting)
            standing.clock_checked = one["clock_checked"] if one["clock_checked"] is not None else inf
            place.standings[rule.id, standing.key_of.more] = standing
            standings.append(standing)
            for run in one["going"]:
                self._resume(standing, run, runner, lasting)
        return standings

    def keep_absent(self, place: Place, standings: Iterable[Standing], now: Moment) -> None:
        """A server is not listed any more, perhaps by a list that lacked something.

        Within a day its cooldowns, breakers, windows and mutes are where they were, and so is why it was
        down: two lists that lack it must not restart it twice. Incidents and runs are over.
        """
        lasting = Lasting(now)
        self._places[place.home] = {
            "at": now.wall, "server": place.server.dump(now), "crowds": {}, "absent": True,
            "standings": [{**one.dump(lasting), "going": []} for one in standings],
        }  # fmt: skip

    def forget_absent(self, now: Moment) -> list[str]:
        """Forgets those that were not listed for a day; which they were."""
        absent = {home: data for home, data in self._places.items() if _is_absent(data)}
        over = [home for home, data in absent.items() if _is_old(data, now)]
        for home in over:
            del self._places[home]
        return over

    def take_left(self) -> list[tuple[str, str]]:
        """Incidents (rule, key) that were open and whose rule is no more, since this was asked last."""
        left, self._left = self._left, []
        return left

    def dump(self, now: Moment, places: Places, gates: Gates, runner: Runner, judge: Judge) -> dict[str, Any]:
        """All that must outlive this process."""
        lasting = Lasting(now)
        told: dict[str, Any] = {key: data for key, data in self._places.items() if not _is_old(data, now)}
        for place in places.all():
            standings = [_standing(one, lasting) for one in place.standings.values() if _matters(one)]
            server = place.server.dump(now) if place.key.by is By.SERVER else None
            if standings or server is not None:
                crowds = {rule: sorted(crowd.counting) for rule, crowd in place.crowds.items()}
                told[place.home] = {
                    "at": now.wall,
                    "server": server,
                    "standings": standings,
                    "crowds": crowds,
                }
        next_number, next_incident = next(runner.tally.numbers), next(judge.incidents)
        runner.tally.numbers, judge.incidents = count(next_number), count(next_incident)
        return {
            "version": VERSION,
            "at": now.wall,
            "next_number": next_number,
            "next_incident": next_incident,
            "spent": gates.dump(lasting),
            "silences": runner.holding.silences.dump(lasting),
            "places": told,
        }

    def _resume(self, standing: Standing, data: dict[str, Any], runner: Runner, lasting: Lasting) -> None:
        """A run goes on where it stood, once its server is seen again; or it fails, and that is told."""
        kind = RunKind(data["kind"])
        actions = _actions(standing.rule, kind, data["which"])
        blocks = load_blocks(actions, data["blocks"]) if data["steps"] == _steps(actions) else None
        incident = standing.incident
        if data["incident"] is not None:
            incident = Incident.load(data["incident"], lasting)
        if incident is None:
            return
        run = Run(
            next(runner.tally.numbers), standing.rule, standing, incident, blocks or [], kind,
            lasting.mono(data["began"], lasting.now.mono), data["which"],
        )  # fmt: skip
        run.is_lost = blocks is None
        run.memo = load_memo(data["memo"], lasting)
        run.powered = data["powered"]
        if data["powering"]:
            run.take_place()
        run.kept_back, run.has_muted = data.get("kept_back", False), data.get("has_muted", False)
        run.held_at = lasting.mono(data["held_at"])
        run.held_since = lasting.mono(data.get("held_since"))  # held all the while that nobody was there
        run.cancelled = Verdict(data["cancelled"]) if data["cancelled"] is not None else None
        if data["waits_until"] is not None:
            run.waits_until = lasting.mono(data["waits_until"])
        if run.action is not None and run.action.verb in ASKED_AGAIN:
            run.memo = None
        elif data["asked"] is not None:
            run.outcome = _as_good_as_answered(data["asked"])
        run.left_at = data["left_at"]
        within = runner.gates.limits.resume_within
        runner.await_return(run, lasting.mono(run.left_at + within), lasting.now)


def _as_good_as_answered(verb: str) -> Outcome:
    if verb in TOLD_BY_THE_ANSWER:
        return Outcome(Result.UNKNOWN, "automaton was away before the answer came")
    return Outcome(Result.DONE)


def _actions(rule: Rule, kind: RunKind, which: int) -> tuple[Action, ...]:
    """The list that a run of this kind executes; none where the rule has it no more."""
    match kind:
        case RunKind.DO:
            return rule.do
        case RunKind.CLEAR:
            return rule.on_clear
        case RunKind.ESCALATION:
            return rule.escalate[which].do if which < len(rule.escalate) else ()
        case RunKind.TRIPPED:
            return rule.breaker.then if rule.breaker is not None else ()


def _steps(actions: tuple[Action, ...]) -> str:
    """The steps as they are written, in short: a run goes on only in the same ones."""
    return fingerprint_of_parts(*actions)


def _is_old(data: Mapping[str, Any], now: Moment) -> bool:
    return bool(now.wall - data["at"] >= (ABSENT_AT_MOST if _is_absent(data) else FORGOTTEN_AFTER))


def _is_absent(data: object) -> bool:
    """Whether the server was listed and is not any more; what cannot be read is not asked here."""
    return isinstance(data, dict) and bool(data.get("absent"))


def _matters(standing: Standing) -> bool:
    """Whether anything of it would be missed."""
    return not standing.withdrawn


def _standing(standing: Standing, lasting: Lasting) -> dict[str, Any]:
    runs = [run for run in (standing.run, *standing.sides) if run is not None]
    return {**standing.dump(lasting), "going": [_run(run, lasting) for run in runs]}


def _run(run: Run, lasting: Lasting) -> dict[str, Any]:
    own = run.standing.incident is not run.incident
    return {
        **run.dump(lasting),
        "steps": _steps(_actions(run.rule, run.kind, run.which)),
        "incident": run.incident.dump(lasting) if own else None,
    }
