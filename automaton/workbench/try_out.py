"""A rule file tried on lines, on virtual time, beside the one that runs: what matches, what comes of it.

Servers obey and every call is done, as in `automaton test`. Rules are judged as if all of them were live.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import unified_diff
from enum import IntEnum

from msgspec import structs

from automaton.core.arm import Arm
from automaton.core.events import Source
from automaton.core.happening import LINE, Happening, Heard
from automaton.core.rules.rule import Rule, Rulebook
from automaton.packs.load import Packs
from automaton.problem import FilePlace, Problem, has_error
from automaton.rulebook.book import build_book
from automaton.rulebook.load import LoadedRules, load_texts
from automaton.ruletest.case import Case, InitialServer
from automaton.ruletest.case_reader import NO_LIMITS
from automaton.ruletest.expectation import IDLE
from automaton.ruletest.feed import FeedEntry
from automaton.ruletest.harness import Harness
from automaton.ruletest.repeats import Repeats
from automaton.ruletest.timeline import DULL
from automaton.ruletest.transcript import Observation, Transcript
from automaton.ruletest.virtual_time import DEFAULT_START, format_time
from automaton.web.judged import ChangeRow, DeedRow, JudgedLine, JudgeWanted, MatchRow, Tried
from automaton.workbench.handed_files import bounds_of, problem_row
from automaton.workbench.try_input import NAME, TryInput, facts_of, read_input

MOST_DEEDS = 500  # rows of what came; a rule that does more in a try does it again and again
MOST_CHANGES = 600  # lines of a diff
LONGEST_AFTER = 7 * 86_400.0  # seconds that pass after the last line
LONGEST_TEXT = 500  # characters of a text that is shown
NO_ALLOW = "what `limits.allow` grants is not judged here: `automaton check` does"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two that are compared: its rules, those of the file in question, and what came of them.

    `pack` is the id of that which reads the lines of the server.
    """

    loaded: LoadedRules
    book: Rulebook
    ids: frozenset[str]
    transcript: Transcript
    pack: str


def try_out(wanted: JudgeWanted, packs: Packs, problems: Sequence[Problem] = ()) -> Tried:
    """The answer. Where the file has an error nothing is judged, and its problems are told."""
    texts = dict(wanted.files.rules) | {wanted.file: wanted.text}
    loaded = load_texts(list(texts.items()), packs.known_events, bounds_of(wanted.files))
    rows = [
        problem_row(one, "" if one.file == wanted.file else one.file)
        for one in [*problems, *loaded.problems, *loaded.doubts]
    ]
    running = wanted.files.rules.get(wanted.file)
    changed = text_changes(running or "", wanted.text)
    if has_error([*problems, *loaded.problems]):
        return Tried(problems=rows, text_changes=changed, notes=[NO_ALLOW])
    told = read_input(wanted.input, loaded.fed)
    wrong = list(told.problems)
    server = InitialServer(facts=facts_of(wanted.facts, FilePlace("server"), wrong, loaded.fed))
    rows += [problem_row(one, one.file) for one in wrong]
    after = min(max(0.0, wanted.after), LONGEST_AFTER)
    new = side(loaded, packs, wanted.file, server, told, after)
    deeds, lines = deeds_of(new), lines_of(new, told)
    notes = [NO_ALLOW, *told.notes, *_notes(new, told), *_short_of(new, lines)]
    if len(deeds) > MOST_DEEDS:
        notes.append(f"{len(deeds) - MOST_DEEDS} more decisions and calls are left out")
    tried = Tried(
        problems=rows, lines=lines, deeds=deeds[:MOST_DEEDS], text_changes=changed, notes=notes,
    )  # fmt: skip
    if running is None:
        return tried
    old_rules = load_texts(list(wanted.files.rules.items()), packs.known_events, bounds_of(wanted.files))
    old = deeds_of(side(old_rules, packs, wanted.file, server, told, after))
    changes = deed_changes(old, deeds)
    return structs.replace(tried, changes=changes, same=not changes)


def side(
    loaded: LoadedRules, packs: Packs, file: str, server: InitialServer, told: TryInput, after: float
) -> Side:
    """Judges the input by these rules."""
    rules = tuple(replace(rule, arm=Arm.LIVE) for rule in loaded.rules)
    none: frozenset[str] = frozenset()
    book = build_book(rules, packs, lambda _profile, _pack: none, loaded.windows, loaded.own_facts)
    last = max([0.0, *(entry.at for entry in told.feed)])
    feed = (*told.feed, FeedEntry(at=last + after, place=FilePlace(NAME)))
    case = Case(
        name="try", place=FilePlace(NAME), rules=tuple(rule.id for rule in rules), servers=(server,),
        feed=feed, expected=(), begins=DEFAULT_START, limits=NO_LIMITS,
    )  # fmt: skip
    ids = frozenset(loaded.written.get(file, ()))
    harness = Harness(case, book, Repeats())
    return Side(loaded, book, ids, harness.run(), harness.pack_of_first())


def deeds_of(one: Side) -> list[DeedRow]:
    """What came of the rules of the file in question, in the order of time.

    In one moment an incident opens, then its calls go out; what ended at once ends behind them.
    """
    ranked = [
        found for (rule, _), changes in one.transcript.phases.items() for found in phases_of(rule, changes)
    ]
    for got in one.transcript.got:
        is_verdict = got.verb == "verdict"
        if is_verdict and got.argument in DULL:
            continue
        row = DeedRow(
            at=got.at, rule=got.rule, what="verdict" if is_verdict else "call",
            name=got.argument if is_verdict else f"{got.verb} {got.argument}".strip(),
            text=" | ".join(part for part in (got.title, got.text) if part)[:LONGEST_TEXT],
        )  # fmt: skip
        ranked.append((Rank.VERDICT if is_verdict else Rank.CALL, row))
    ours = [(rank, deed) for rank, deed in ranked if deed.rule in one.ids]
    return [deed for _, deed in sorted(ours, key=lambda found: (found[1].at, found[0]))]


class Rank(IntEnum):
    """What comes first in one moment."""

    ENDED, BEGAN, VERDICT, CALL, ENDED_AT_ONCE = range(5)


def phases_of(rule: str, changes: Sequence[Observation]) -> Iterator[tuple[Rank, DeedRow]]:
    """The changes of a rule and key. One that waits anew was idle between, if only for that moment."""
    before = None
    for got in changes:
        if before is None and (len(changes) > 1 or got.argument == IDLE):
            before = got  # how it began
            continue
        is_anew = before is not None and (before.argument, got.argument) == ("open", "pending")
        if is_anew:
            yield Rank.ENDED, DeedRow(at=got.at, rule=rule, what="phase", name=IDLE)
        rank = Rank.BEGAN
        if got.argument == IDLE:
            is_at_once = before is not None and before.at == got.at
            rank = Rank.ENDED_AT_ONCE if is_at_once else Rank.ENDED
        yield rank, DeedRow(at=got.at, rule=rule, what="phase", name=got.argument)
        before = got


def lines_of(one: Side, told: TryInput) -> list[JudgedLine]:
    """Each line with what it is to the game's pack, and to the rules of the file in question."""
    rules = [rule for rule in one.book.rules if rule.id in one.ids]
    return [_line(one, rules, number, at, text) for number, at, text in told.lines]


def _line(one: Side, rules: Sequence[Rule], number: int, at: float, text: str) -> JudgedLine:
    heard = one.book.index.hear(text, Source.GAME, one.pack)
    matches = list(_matches(heard, rules))
    return JudgedLine(number=number, at=at, text=text, source=heard.source.value, matches=matches)


def _matches(heard: Heard, rules: Iterable[Rule]) -> Iterator[MatchRow]:
    for name, fields in heard.occurred:
        yield MatchRow(what="event", name=name, fields=_plain(fields.items()))
    happened = [Happening(LINE, heard.fields, heard)]
    happened += [Happening(name, fields, heard) for name, fields in heard.occurred]
    for rule in rules:
        for word, trigger in (("when", rule.when), ("until", rule.until_trigger), ("unless", rule.unless)):
            found = (trigger.match(one) for one in happened) if trigger is not None else ()
            taken = next((one for one in found if one is not None), None)
            if taken is not None:
                yield MatchRow(what="rule", name=rule.id, word=word, fields=_plain(taken.items()))


def _plain(fields: Iterable[tuple[str, object]]) -> dict[str, str]:
    return {name: str(value)[:LONGEST_TEXT] for name, value in fields if isinstance(value, str | int | float)}


def deed_changes(old: Sequence[DeedRow], new: Sequence[DeedRow]) -> list[ChangeRow]:
    """What the one does and the other does not, with what is around it; nothing where both do the same."""
    before, after = [list(map(_as_line, side)) for side in (old, new)]
    return [] if before == after else _diff(before, after)


def text_changes(old: str, new: str) -> list[ChangeRow]:
    """The diff of two files."""
    return _diff(old.splitlines(), new.splitlines()) if old != new else []


def _diff(old: list[str], new: list[str]) -> list[ChangeRow]:
    if max(len(old), len(new)) > 20_000:
        return [ChangeRow("@", "too long to be compared")]
    rows = unified_diff(old, new, lineterm="", n=2)
    found = [ChangeRow(row[:1], row[1:] if row[:1] != "@" else row) for row in list(rows)[2:]]
    left = len(found) - MOST_CHANGES
    return found if left <= 0 else [*found[:MOST_CHANGES], ChangeRow("@", f"{left} more lines")]


def _as_line(deed: DeedRow) -> str:
    return f"{format_time(deed.at)} {deed.rule}: {deed.what} {deed.name} {deed.text}".rstrip()


def _notes(one: Side, told: TryInput) -> Iterator[str]:
    if told.left_out:
        yield f"{told.left_out} more lines are left out: `automaton replay` takes a recording of any length"
    for rule, why in one.transcript.strangers.items():
        if rule in one.ids:
            yield f"{why}: its server here is told by `facts`, as `pack: minecraft, name: lobby`"
    yield from one.transcript.unknown_games
    if one.transcript.cut_off:
        yield f"it was ended {one.transcript.cut_off}"
    if not one.ids:
        yield "the file holds no rule"


def _short_of(one: Side, lines: Sequence[JudgedLine]) -> Iterator[str]:
    """Rules that were on their way: of which some lines matched, and not as many as they count."""
    opened = {
        rule
        for (rule, _), changes in one.transcript.phases.items()
        for got in changes
        if got.argument == "open"
    }
    for rule in one.book.rules:
        if rule.id not in one.ids or rule.id in opened or rule.count < 2:
            continue
        hits = sum(any((hit.name, hit.word) == (rule.id, "when") for hit in line.matches) for line in lines)
        if hits:
            yield (
                f"`{rule.id}` is waiting: {hits} of these lines matched, and its `count` is {rule.count}. "
                "The journal knows the line that completed a count, and not those before it"
            )
