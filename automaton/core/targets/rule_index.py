"""Which rules concern a target, and which of those an event: found once, shared by servers alike.

Law: an index only rules out. What it names may still find that nothing concerns it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from automaton.core.arm import Arm
from automaton.core.expression import OVER_SERVERS, OVER_TIME, Applied
from automaton.core.facts.facts import Facts
from automaton.core.facts.history import OF_A_LINE
from automaton.core.facts.table import READERS, READINGS
from automaton.core.happening import LINE, NOTHING, OF_A_CHANGE, Happening
from automaton.core.key import By
from automaton.core.quick import quick
from automaton.core.rules.action import walk
from automaton.core.rules.rule import Rule, Rulebook
from automaton.core.scope import Scope
from automaton.core.truth import Value

EXACT = frozenset(READINGS)  # numbers that neither grow by themselves nor are bounds
OF_THE_MOMENT = EXACT | {"lines"}  # all that readings and lines change, apart from an age that falls
MOST_KEPT = 1000  # sets of changed facts for which the rules that were found are kept
MOST_MATCHES = 1000
"""Sets of rules that heard the same, likewise, a kilobyte or two each; then it begins anew."""
Turn = tuple[int, str]  # a rule's turn in the files, and its id
NO_TURNS: frozenset[Turn] = frozenset()
Reader = Callable[[Facts, float], Value]
Limit = tuple[Reader, float]  # how a number is read, and what it is to be below


@quick()
class Concerned:
    """A rule that an event may concern, with the key of its state if it has only one.

    `hears`: something that it listens to happened. `reads`: facts that it reads may have changed. A `while`
    that was false stays false as long as each number in `below` is below its limit, where that is not None;
    it is false while any of those in `deciding` is.
    """

    rule: Rule
    key: tuple[str, tuple[str, ...]]
    hears: bool
    reads: bool
    below: tuple[Limit, ...] | None
    deciding: tuple[Limit, ...]

    def floor(self) -> Limit | None:
        """A number that by itself leaves a false `while` false, below this limit; None where none does."""
        if self.hears or not self.reads:
            return None
        if self.deciding:
            return max(self.deciding, key=lambda limit: limit[1])
        return self.below[0] if self.below is not None and len(self.below) == 1 else None

    def stays_false(self, facts: Facts, mono: float) -> bool:
        """Whether what changed certainly leaves a false `while` false."""
        for read, limit in self.deciding:
            plain = read(facts, mono).plain
            if isinstance(plain, int | float) and plain < limit:
                return True
        if self.below is None:
            return False
        for read, limit in self.below:
            plain = read(facts, mono).plain
            if not isinstance(plain, int | float) or plain >= limit:
                return False
        return True


class ConcernedRules(list[Concerned]):
    """The rules that an event may concern, in file order.

    `floors` has the numbers that rules with a threshold are compared with, each with the least limit and its
    rules: while it is below that, each of them that was false stays false. `floored` counts these rules, and
    `others` are those without a floor.
    """

    __slots__ = ("floored", "floors", "others")

    def __init__(self, concerned: Iterable[Concerned]) -> None:
        super().__init__(concerned)
        by_number: dict[Reader, list[tuple[float, Concerned]]] = defaultdict(list)
        self.others: list[Concerned] = []
        for one in self:
            if (floor := one.floor()) is None:
                self.others.append(one)
            else:
                by_number[floor[0]].append((floor[1], one))
        self.floored = len(self) - len(self.others)
        self.floors = [
            (read, min(limit for limit, _ in found), [one for _, one in found])
            for read, found in by_number.items()
        ]

    def below(self, facts: Facts, mono: float) -> list[Concerned]:
        """The rules of each number that is below its floor: those of them that were false stay so."""
        found: list[Concerned] = []
        for read, floor, concerned in self.floors:
            plain = read(facts, mono).plain
            if isinstance(plain, int | float) and plain < floor:
                found += concerned
        return found


class RuleIndex:
    """The rules of a target, by what wakes them.

    `looking` are those that need a state from the start: with a `while`, or set off by the clock. `hears`:
    whether anything that happens can concern any of them or one of their steps. `reads_lines`: whether any
    line may concern one of them, for they read what each changes. `over_time` are the functions
    by which they look back, `counting` those that count servers, in file order: of a target of their width.
    """

    def __init__(self, rules: Iterable[tuple[int, Rule]]) -> None:
        self.by_id: dict[str, tuple[Rule, int]] = {}
        self.reads: dict[str, frozenset[str]] = {}
        self._by_fact: dict[str, list[Turn]] = defaultdict(list)
        self._by_facts: dict[tuple[frozenset[str], frozenset[str]], ConcernedRules] = {}
        self._by_match: dict[tuple[frozenset[str], frozenset[str], frozenset[Turn]], ConcernedRules] = {}
        self._by_event: dict[str, list[Turn]] = defaultdict(list)
        self._by_pattern: dict[str, list[Turn]] = defaultdict(list)
        for turn, rule in rules:
            self._add(turn, rule)
        steps = walk(block for rule, _ in self.by_id.values() for block in rule.steps())
        waited = [step.listens() for step in steps]
        self.hears = bool(self._by_event or self._by_pattern) or any(
            one.events or one.patterns for one in waited
        )
        self.reads_lines = not OF_A_LINE.isdisjoint(self._by_fact)
        own = [rule for rule, _ in self.by_id.values()]
        self.over_time = over_time(one for rule in own for one in rule.applied)
        self.counting = tuple(rule for rule in own if counts_servers(rule.applied, rule.names))
        self.looking = tuple(
            id_ for id_, (rule, _) in self.by_id.items() if rule.holds is not None or rule.is_clocked
        )

    def has_exactly(self, rules: Sequence[tuple[int, Rule]]) -> bool:
        """Whether it has these rules, the objects themselves, at these turns, and no others."""
        known = [self.by_id.get(rule.id) for _, rule in rules]
        return len(rules) == len(self.by_id) and all(
            one is not None and one[0] is rule and one[1] == turn
            for one, (turn, rule) in zip(known, rules, strict=True)
        )

    def concerned(
        self, changed: frozenset[str], happened: Sequence[Happening], fallen: frozenset[str] = NOTHING
    ) -> ConcernedRules:
        """The rules that an event may concern, in file order. `fallen` is as in `Seen`."""
        by_facts = self._by_facts.get((changed, fallen))
        if by_facts is None:
            by_facts = self._reading(changed, fallen)
        heard = self._heard(happened) if happened else NO_TURNS
        if not heard:
            return by_facts
        found = self._by_match.get((changed, fallen, heard))
        return self._matching(changed, fallen, heard, by_facts) if found is None else found

    def _heard(self, happened: Sequence[Happening]) -> frozenset[Turn]:
        """The rules that listen for any of this."""
        turns: set[Turn] = set()
        for happening in happened:
            if happening.name != LINE:
                turns.update(self._by_event.get(happening.name, ()))
            elif happening.heard is not None:
                for pattern in happening.heard.patterns:
                    turns.update(self._by_pattern.get(pattern, ()))
        return frozenset(turns)

    def _reading(self, changed: frozenset[str], fallen: frozenset[str]) -> ConcernedRules:
        """The rules that read one of these facts; kept, for the same facts keep changing together."""
        turns = {turn for fact in changed for turn in self._by_fact.get(fact, ())}
        found = ConcernedRules(self._concern(id_, changed, fallen, hears=False) for _, id_ in sorted(turns))
        if len(self._by_facts) < MOST_KEPT:
            self._by_facts[changed, fallen] = found
        return found

    def _matching(
        self,
        changed: frozenset[str],
        fallen: frozenset[str],
        heard: frozenset[Turn],
        by_facts: list[Concerned],
    ) -> ConcernedRules:
        """Those and the rules that hear it; kept for a while, for the same lines keep being printed."""
        read = {(self.by_id[one.rule.id][1], one.rule.id): one for one in by_facts}
        found = ConcernedRules(
            self._concern(turn[1], changed, fallen, hears=True) if turn in heard else read[turn]
            for turn in sorted(heard | read.keys())
        )
        if len(self._by_match) >= MOST_MATCHES:  # players choose what matches together
            self._by_match.clear()
        self._by_match[changed, fallen, heard] = found
        return found

    def _concern(
        self, id_: str, changed: frozenset[str], fallen: frozenset[str], *, hears: bool
    ) -> Concerned:
        rule, _ = self.by_id[id_]
        read = changed & self.reads[id_]
        # For lines and readings alone: a change of state also changes until when the last reading is good.
        if not changed - fallen <= OF_THE_MOMENT:
            return Concerned(rule, (id_, ()), hears, bool(read), None, ())
        below, deciding = _below(rule, read, fallen), _deciding(rule, read - fallen)
        if below == deciding and len(deciding) == 1:  # a comparison alone is looked at once
            deciding = ()
        return Concerned(rule, (id_, ()), hears, bool(read), below, deciding)

    def _add(self, turn: int, rule: Rule) -> None:
        here = (turn, rule.id)
        self.by_id[rule.id] = (rule, turn)
        listens = rule.listens()
        self.reads[rule.id] = listens.facts
        for fact in listens.facts:
            self._by_fact[fact].append(here)
        for event in listens.events:
            self._by_event[event].append(here)
        for pattern in listens.patterns:
            self._by_pattern[pattern].append(here)


class RuleIndexes:
    """The indexes of one rulebook. Servers that the same rules name share one.

    `wide` are the rules by node and by fleet, `own` those by server, with their turns in the files. `changes`
    are the facts whose changes one of the rules listens to. Rules that are off are in none. `elsewhere` are
    the rules of the fleet where another engine judges it.
    """

    def __init__(self, book: Rulebook, arm: Callable[[Rule], Arm], scope: Scope = Scope.WHOLE) -> None:
        rules = [(turn, rule) for turn, rule in enumerate(book.rules) if arm(rule) is not Arm.OFF]
        self.wide = [(turn, rule) for turn, rule in rules if rule.by is not By.SERVER]
        self.by = {
            by: RuleIndex((turn, rule) for turn, rule in rules if rule.by is by) for by in (By.NODE, By.FLEET)
        }
        self.elsewhere = NO_RULES
        if scope is Scope.NODE:
            self.elsewhere, self.by[By.FLEET] = self.by[By.FLEET], NO_RULES
        self.own = [(turn, rule) for turn, rule in rules if rule.by is By.SERVER]
        heard = frozenset[str]().union(*(rule.hears() for _, rule in rules))
        self.changes = frozenset(
            name.removeprefix(OF_A_CHANGE) for name in heard if name.startswith(OF_A_CHANGE)
        )
        self._made: dict[tuple[int, ...], RuleIndex] = {}

    def of(self, facts: Facts) -> RuleIndex:
        """The index for a server, by its profile, tags and pack."""
        return self.having([(turn, rule) for turn, rule in self.own if covers(rule, facts)])

    def having(self, named: Sequence[tuple[int, Rule]], before: RuleIndex | None = None) -> RuleIndex:
        """The index of these rules of `own`: the one of an earlier book where it has the very same."""
        turns = tuple(turn for turn, _ in named)
        if turns not in self._made:
            is_same = before is not None and before.has_exactly(named)
            self._made[turns] = before if before is not None and is_same else RuleIndex(named)
        return self._made[turns]


def over_time(applied: Iterable[Applied]) -> frozenset[Applied]:
    """Those of these functions that look back."""
    return frozenset(one for one in applied if one.function in OVER_TIME)


def counts_servers(applied: Iterable[Applied], names: frozenset[str]) -> bool:
    """Whether who applies these functions and reads these names counts over several servers."""
    return "total" in names or any(one.function in OVER_SERVERS for one in applied)


def covers(rule: Rule, facts: Facts) -> bool:
    """Whether the rule's `servers` name this server."""
    return rule.servers is None or rule.servers.covers(facts.profile, facts.tags, facts.pack)


def _below(rule: Rule, read: frozenset[str], fallen: frozenset[str]) -> tuple[Limit, ...] | None:
    """What keeps a false `while` false: ages that fell, and readings below what they are compared with."""
    rising = rule.holds.rising if rule.holds is not None else {}
    looked_at = read - fallen
    if not read <= rising.keys() or not looked_at <= EXACT:
        return None
    return tuple((READERS[fact], rising[fact]) for fact in sorted(looked_at))


def _deciding(rule: Rule, looked_at: frozenset[str]) -> tuple[Limit, ...]:
    """The readings that make a `while` false by being too small, where only readings changed.

    All of them are good equally long, so what is false by a new one stands as long as it did by the last. A
    function, which may look back, stands by a time of its own.
    """
    if rule.holds is None or rule.holds.applied or not looked_at <= EXACT:
        return ()
    deciding = rule.holds.deciding
    return tuple((READERS[fact], deciding[fact]) for fact in sorted(deciding.keys() & EXACT))


NO_RULES = RuleIndex(())
