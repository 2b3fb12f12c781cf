"""Loads packs: those that ship with automaton, and an operator's own beside the rules."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache, partial
from importlib.resources import files
from pathlib import Path

from automaton.core.events import Profile, Source
from automaton.core.facts.own import OwnFact
from automaton.core.happening import Heard
from automaton.core.pack import Pack
from automaton.core.ports import Selector
from automaton.core.wings_events import WINGS_EVENTS
from automaton.did_you_mean import did_you_mean, listed, nearest
from automaton.match.line_reader import LineReader
from automaton.match.pattern_errors import NO_LOOK_AROUND
from automaton.packs.addition import PackAddition
from automaton.packs.examples import Example
from automaton.packs.lint import in_place_of, lint
from automaton.packs.model import PackFile
from automaton.packs.right_part import hidden_in, named_in, right_part
from automaton.problem import Problem, has_error, problem_at
from automaton.schema import nodes
from automaton.schema.files import read_text
from automaton.schema.kinds import KnownEvents
from automaton.schema.known_console import KnownConsole
from automaton.schema.nodes import read_all
from automaton.schema.scalar import target_of
from automaton.schema.validate import fit
from automaton.schema.version import PACKS

BY_SETTINGS = "settings"
DOCUMENTATION = "documentation"
"""The `proof` of a pack whose lines nobody saw printed."""

SHIPPED = "packs/"
"""Begins the name of a file of the package."""

BEFORE_TESTS = "\ntests:\n"
"""What parts the last key of a shipped pack from the others."""

MOST_FOUND = 10_000  # kinds of servers; a start-up line of its own for each is some 2 MB

FALLBACK = "wings"
"""The pack of a server whose game no other pack knows."""


@dataclass(frozen=True)
class Packs:
    """All packs by name. `chosen` are the settings' choices for some servers, which go before any `match`.

    `found` remembers what fits what servers run: those of a fleet share their eggs.
    """

    by_name: Mapping[str, PackFile]
    chosen: tuple[tuple[str, Selector], ...] = ()
    found: dict[tuple[str, str, str, frozenset[str]], tuple[str, str]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def of(self, profile: Profile, tags: frozenset[str] = frozenset()) -> str:
        """The name of a server's pack."""
        return self.choice(profile, tags)[0]

    def choice(self, profile: Profile, tags: frozenset[str] = frozenset()) -> tuple[str, str]:
        """The name of a server's pack, and why: `settings`, what fits as `egg: Paper*`, or nothing."""
        for name, servers in self.chosen:
            if servers.covers(profile, tags, ""):
                return str(name), BY_SETTINGS  # a plain str: in a file it is a Scalar, with its place
        runs = (profile.egg, profile.image, profile.startup, tags)
        found = self.found.get(runs)
        if found is None:
            if len(self.found) >= MOST_FOUND:
                self.found.clear()
            found = self.found[runs] = self._fitting(profile, tags)
        return found

    def _fitting(self, profile: Profile, tags: frozenset[str]) -> tuple[str, str]:
        for name, pack in self.by_name.items():
            if pack.match is not None and (reason := pack.match.reason(profile, tags)):
                return str(name), reason
        return FALLBACK, ""

    @cached_property
    def games(self) -> Mapping[str, Pack]:
        """What the engine needs to know of each. One that teaches no commands reads those of all games."""
        all_grammars = [pack.grammar for pack in self.by_name.values()]
        games = tuple(grammar for grammar in all_grammars if grammar.commands)
        grants = frozenset[str]().union(*(grammar.grants for grammar in all_grammars))
        return {str(name): pack.for_engine(games, grants) for name, pack in self.by_name.items()}

    @property
    def known_events(self) -> KnownEvents:
        """The events of all packs and their fields; an event of several packs has those of all."""
        events = dict(WINGS_EVENTS)
        prefix = frozenset[str]()
        packs = self.games
        for pack in self.by_name.values():
            prefix |= pack.prefix.groups if pack.prefix else frozenset()
        for known in packs.values():
            for name, fields in known.events.items():
                events[name] = events.get(name, frozenset()) | fields
        patterns = frozenset(name for pack in self.by_name.values() for name in pack.patterns)
        facts = {name: one for pack in self.by_name.values() for name, one in pack.own_facts.items()}
        consoles = _consoles(tuple(map(_AsItIs, self.by_name.values())))
        return KnownEvents(events, prefix, patterns, packs, consoles, facts)


class _AsItIs:
    """A pack that equals itself alone."""

    __slots__ = ("pack",)

    def __init__(self, pack: PackFile) -> None:
        self.pack = pack

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _AsItIs) and self.pack is other.pack

    def __hash__(self) -> int:
        return id(self.pack)


@lru_cache(maxsize=1)
def _consoles(packs: tuple[_AsItIs, ...]) -> Mapping[str, KnownConsole]:
    """What is known of each game's lines. Nothing is read before somebody asks.

    Kept for the next reload, for packs that ship are read once, and are the same then. An operator's own are
    read anew each time, and so is this.
    """
    by_name = {str(one.pack.pack): one.pack for one in packs}
    reader = LineReader((), {name: pack.console_format() for name, pack in by_name.items()})
    return {
        name: KnownConsole(
            is_proved=pack.proof != DOCUMENTATION,
            apart=tuple(
                form.pattern for source, _, form in pack.forms() if source is not Source.CHAT and form.pattern
            ),
            examples=partial(_examples, pack),
            hear=partial(_heard, reader, name),
        )
        for name, pack in by_name.items()
    }


def _examples(pack: PackFile) -> tuple[str, ...]:
    """The lines of its tests, and of those of the shipped pack that it is or is like."""
    shipped = [one for one in pack.files if one.startswith(SHIPPED)]
    return tuple(
        str(one.line) for one in (*pack.tests, *(found for file in shipped for found in _tests_of(file)))
    )


def _heard(reader: LineReader, pack: str, line: str) -> Heard:
    return reader.hear(line, Source.GAME, pack)


def read_packs(own: Iterable[Path], *, tests: bool = False) -> tuple[dict[str, PackFile], list[Problem]]:
    """An operator's packs, then the shipped ones; of two with the same name the operator's is taken.

    The `tests` of shipped packs, which are half of what there is to read, are left out unless asked for.

    It knows the commands of the shipped pack of its name, or of its `safe`. One of a game of its own knows at
    least what runs unseen commands in any other. Files with `extends` add to what there is then. Of a file
    with a mistake there is what is right of it: what names its pack is no second mistake.
    """
    problems: list[Problem] = []
    texts = []
    for path in own:
        text, found = read_text(path)
        problems += found
        if text is not None:
            texts.append((str(path), text))
    shipped, mistakes = _shipped(tests=tests)
    problems += mistakes
    packs: dict[str, PackFile] = {}
    additions: list[PackAddition] = []
    for name, text in texts:
        before = len(problems)
        found_packs, added = _parsed(name, text, problems, taken=shipped)
        is_right = not has_error(problems[before:])
        additions += added
        for pack in found_packs:
            base = shipped.get(pack.pack) or shipped.get(pack.safe)
            known = pack.taught_by(base) if base is not None else pack.wary_of(shipped.values())
            packs.setdefault(pack.pack, known)
            problems += lint(pack, pack)
            if is_right and pack.pack in shipped:
                problems += in_place_of(pack, shipped[pack.pack])
    packs = {**packs, **{name: pack for name, pack in shipped.items() if name not in packs}}
    packs = _with_additions(packs, additions, problems)
    problems += _of_two_types(packs)
    return packs, problems


def _with_additions(
    packs: dict[str, PackFile], additions: Iterable[PackAddition], problems: list[Problem]
) -> dict[str, PackFile]:
    """The packs with all of these. What is added to a pack is known to those that extend it, too."""
    waiting = sorted(additions, key=lambda one: one.pack is not None)
    while waiting:
        known = (number for number, one in enumerate(waiting) if one.extends in packs)
        packs = _extended(packs, waiting.pop(next(known, 0)), problems)
    return dict(sorted(packs.items(), key=lambda one: _rank(one[1])))


def _rank(pack: PackFile) -> int:
    """An operator's packs are tried first, then those to which an operator's file adds."""
    if not pack.files[0].startswith(SHIPPED):
        return 0
    return 1 if len(pack.files) > 1 else 2


def _extended(
    packs: dict[str, PackFile], addition: PackAddition, problems: list[Problem]
) -> dict[str, PackFile]:
    """The packs with what is added to one of them. A new one stands first, for an operator's goes first."""
    base = packs.get(addition.extends)
    if base is None:
        near = nearest(addition.extends, list(packs))
        message = f"unknown pack `{addition.extends}`{did_you_mean(near)}"
        expected = "" if near else listed(packs, "automaton packs")
        place = target_of(addition.extends)
        problems.append(problem_at(place, "unknown-pack", message, expected=expected))
        bare = PackFile(pack=addition.pack) if addition.pack is not None else None
        return packs if bare is None else {bare.pack: bare, **packs}
    pack = addition.added_to(base)
    found = (*addition.two_of_a_name(base), *addition.words_of_no_prefix(pack.prefix), *pack.unanswerable())
    problems += (one.or_at(target_of(addition.extends)) for one in (*found, *lint(addition, pack)))
    for lost in dict.fromkeys(one.message for one in base.words_of_no_prefix(pack.prefix)):
        message = f"what people say is told by the prefix in `{base.pack}`, and {lost} any more"
        problems.append(problem_at(target_of(addition.extends), "in-vain", message, severity="warning"))
    if addition.pack is None:
        return {**packs, base.pack: pack}
    if pack.pack in packs:
        message = f"there is a pack `{pack.pack}` already: without `pack` the file adds to `{base.pack}`"
        problems.append(problem_at(target_of(addition.pack), "two-of-a-name", message))
        return packs
    return {pack.pack: pack, **packs}


def _of_two_types(packs: Mapping[str, PackFile]) -> Iterator[Problem]:
    """Facts of one name that games tell in different types: a rule may look at servers of both."""
    shipped, _ = _shipped(tests=False)
    first: dict[str, tuple[str, OwnFact]] = {}
    for pack in sorted(packs.values(), key=lambda one: one.pack not in shipped):
        written = {str(name): name for name in pack.facts}
        for name, fact in pack.own_facts.items():  # also what its game says when asked over the network
            known, other = first.setdefault(name, (pack.pack, fact))
            if other.kind is not fact.kind:
                message = f"the fact `{name}` is a {fact.kind} here, and a {other.kind} in the pack `{known}`"
                yield problem_at(target_of(written.get(name, pack.pack)), "two-types", message)


@cache
def _tests_of(file: str) -> tuple[Example, ...]:
    """Those of one shipped pack."""
    text = (files("automaton") / file).read_text(encoding="utf-8")
    return tuple(one for pack in _parsed(file, text, [], ships=True)[0] for one in pack.tests)


@cache
def _shipped(*, tests: bool) -> tuple[Mapping[str, PackFile], Sequence[Problem]]:
    """Those of the package, by name: read once, for nobody changes them while we run."""
    shipped: dict[str, PackFile] = {}
    problems: list[Problem] = []
    for resource in sorted(files("automaton.packs").iterdir(), key=lambda one: one.name):
        if resource.name.endswith(".yml"):
            text = resource.read_text(encoding="utf-8")
            read = text if tests else text.partition(BEFORE_TESTS)[0]
            found_packs, _ = _parsed(f"{SHIPPED}{resource.name}", read, problems, ships=True)
            shipped.update({one.pack: one for one in found_packs})
    return shipped, problems


def _parsed(
    name: str, text: str, problems: list[Problem], *, ships: bool = False, taken: Container[str] = ()
) -> tuple[list[PackFile], list[PackAddition]]:
    """The pack or the addition that a text is, or what is right of it; nothing where it is neither.

    Of one that cannot be read there is the name, unless it is one of those `taken`.
    """
    node, found = read_all(text, name)
    problems += found
    if node is None or (unfit := PACKS.problems(node)):
        problems += unfit if node is not None else ()
        bare = named_in(text)
        return [bare] if bare is not None and bare.pack not in taken else [], []
    one: PackFile | PackAddition | None
    if isinstance(node, nodes.Mapping) and node.key("extends") is not None:
        one, found = fit(node, PackAddition)
    else:
        one, found = fit(node, PackFile, ships=ships)
    problems += map(_as_packs_do, found)
    if one is None and (one := right_part(node)) is not None:
        problems += (lost for lost in hidden_in(one, node) if lost not in problems)
    return [one] if isinstance(one, PackFile) else [], [one] if isinstance(one, PackAddition) else []


def _as_packs_do(problem: Problem) -> Problem:
    """What a pattern lacks is written with `not:` or `where:` in rules alone."""
    if NO_LOOK_AROUND not in problem.message:
        return problem
    expected = (
        "what may stand there, as `[^:]+`, or several patterns in a list; what is no chat is a form of"
        " `command` or `admin`, which are tried first"
    )
    return replace(problem, expected=expected)
