"""Which rules concern a target, and which of those an event: found once, shared by servers alike.

Law: an index only rules out. What it names may still find that nothing concerns it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from automaton.core.arm import Arm
from automaton.core.expression import OVER_SERVERS, OVER_TIME, Applied
from automaton.core.facts.facts import Facts
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
MOST_KEPT = 1000  # sets of changed facts and hearing rules for which the rules that were found are kept
Turn = tuple[int, str]  # a rule's turn in the files, and its id
NO_TURNS: frozenset[Turn] = frozenset()
WORTH_A_LOOK = 2  # rules that are looked at together; one alone is looked at as fast by itself
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

    def guard(self) -> Limit | None:
        """A number that below its limit leaves a false `while` false by itself; None where none does."""
        if self.hears or not self.reads:
            return None
        if self.deciding:
            return self.deciding[0]
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


class Concerns(list[Concerned]):
    """The rules that an event may concern, in file order.

    `guarded` are those of which one number below a limit is enough to leave a false `while` false, where
    there are several; `floors` have the least limit of each such number, and `others` are the rules that are
    left. While nothing reaches its floor, any number of thresholds is looked at in the time of a few.
    """

    __slots__ = ("floors", "guarded", "others")

    def __init__(self, concerned: Iterable[Concerned]) -> None:
        super().__init__(concerned)
        guards = [one.guard() for one in self]
        if sum(guard is not None for guard in guards) < WORTH_A_LOOK:
            guards = [None for _ in self]
        self.guarded = [one for one, guard in zip(self, guards, strict=True) if guard is not None]
        self.others = [one for one, guard in zip(self, guards, strict=True) if guard is None]
        floors: dict[Reader, float] = {}
        for read, limit in filter(None, guards):
            floors[read] = min(limit, floors.get(read, limit))
        self.floors: Sequence[Limit] = tuple(floors.items())

    def is_below(self, facts: Facts, mono: float) -> bool:
        """Whether each number is below its floor."""
        for read, floor in self.floors:
            plain = read(facts, mono).plain
            if not isinstance(plain, int | float) or plain >= floor:
                return False
        return True


class RuleIndex:
    """The rules of a target, by what wakes them.

    `looking` are those that need a state from the start: with a `while`, or set off by the clock. `hears`:
    whether anything that happens can concern any of them or one of their steps. `over_time` are the functions
    by which they look back, `counting` those that count servers, in file order: of a target of their width.
    """

    def __init__(self, rules: Iterable[tuple[int, Rule]]) -> None:
        self.by_id: dict[str, tuple[Rule, int]] = {}
        self.reads: dict[str, frozenset[str]] = {}
        self._by_fact: dict[str, list[Turn]] = defaultdict(list)
        self._found: dict[tuple[frozenset[str], frozenset[str], frozenset[Turn]], Concerns] = {}
        self._by_event: dict[str, list[Turn]] = defaultdict(list)
        self._by_pattern: dict[str, list[Turn]] = defaultdict(list)
        for turn, rule in rules:
            self._add(turn, rule)
        steps = walk(block for rule, _ in self.by_id.values() for block in rule.steps())
        waited = [step.listens() for step in steps]
        self.hears = bool(self._by_event or self._by_pattern) or any(
            one.events or one.patterns for one in waited
        )
        own = [rule for rule, _ in self.by_id.values()]
        self.over_time = over_time(one for rule in own for one in rule.applied)
        self.counting = tuple(rule for rule in own if _counts(rule))
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
    ) -> Concerns:
        """The rules that an event may concern, in file order. `fallen` is as in `Seen`."""
        key = (changed, fallen, self._heard(happened) if happened else NO_TURNS)
        found = self._found.get(key)
        return self._find(*key) if found is None else found

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

    def _find(self, changed: frozenset[str], fallen: frozenset[str], heard: frozenset[Turn]) -> Concerns:
        """Kept, for the same facts keep changing together, and the same lines keep being printed."""
        turns = heard.union(*(self._by_fact.get(fact, ()) for fact in changed))
        found = Concerns(
            self._concern(id_, changed, fallen, hears=(turn, id_) in heard) for turn, id_ in sorted(turns)
        )
        if len(self._found) < MOST_KEPT:
            self._found[changed, fallen, heard] = found
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


def _counts(rule: Rule) -> bool:
    return any(one.function in OVER_SERVERS for one in rule.applied) or "total" in rule.names


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
