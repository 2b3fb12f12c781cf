"""Which rules concern a server, and which of them an event: found once, shared by all servers alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from automaton.core.facts import Facts
from automaton.core.happening import LINE, Happening
from automaton.core.rule import Arm, Rule, Rulebook

Place = tuple[int, str]  # a rule's turn in the files, and its id


class Scope:
    """The rules that name a server, by what wakes them."""

    def __init__(self, rules: Iterable[tuple[int, Rule]]) -> None:
        self.rules: dict[str, tuple[Rule, int]] = {}
        self.reads: dict[str, frozenset[str]] = {}
        self._by_fact: dict[str, list[Place]] = defaultdict(list)
        self._by_event: dict[str, list[Place]] = defaultdict(list)
        self._by_pattern: dict[str, list[Place]] = defaultdict(list)
        for turn, rule in rules:
            self._add(turn, rule)
        self.looking = tuple(id_ for id_, (rule, _) in self.rules.items() if rule.holds is not None)

    def concerned(self, changed: frozenset[str], happened: Sequence[Happening]) -> list[str]:
        """Ids of the rules that an event may concern, in file order."""
        places: set[Place] = set()
        for fact in changed:
            places.update(self._by_fact.get(fact, ()))
        for happening in happened:
            if happening.name != LINE:
                places.update(self._by_event.get(happening.name, ()))
            elif happening.heard is not None:
                for pattern in happening.heard.patterns:
                    places.update(self._by_pattern.get(pattern, ()))
        return [id_ for _, id_ in sorted(places)]

    def _add(self, turn: int, rule: Rule) -> None:
        place = (turn, rule.id)
        self.rules[rule.id] = (rule, turn)
        listens = rule.listens()
        self.reads[rule.id] = listens.facts
        for fact in listens.facts:
            self._by_fact[fact].append(place)
        for event in listens.events:
            self._by_event[event].append(place)
        for pattern in listens.patterns:
            self._by_pattern[pattern].append(place)


class Scopes:
    """Scopes of one rulebook. Servers that the same rules name share one."""

    def __init__(self, book: Rulebook, arm: Callable[[Rule], Arm]) -> None:
        self._rules = [(turn, rule) for turn, rule in enumerate(book.rules) if arm(rule) is not Arm.OFF]
        self._made: dict[tuple[int, ...], Scope] = {}

    def of(self, facts: Facts) -> Scope:
        """The scope of a server, by its profile, tags and pack."""
        named = [(turn, rule) for turn, rule in self._rules if self._names(rule, facts)]
        turns = tuple(turn for turn, _ in named)
        if turns not in self._made:
            self._made[turns] = Scope(named)
        return self._made[turns]

    def _names(self, rule: Rule, facts: Facts) -> bool:
        if rule.servers is None:
            return True
        return rule.servers.covers(facts.profile, facts.tags, facts.pack)


NO_SCOPE = Scope(())
