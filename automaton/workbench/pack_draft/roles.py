"""Which shapes tell that somebody came, and that somebody left: those that share names, and come by turns."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from automaton.workbench.pack_draft.cues import BEST_JOIN, BEST_LEAVE, JOIN, LEAVE, TRIED
from automaton.workbench.pack_draft.masks import ACCOUNTS, ADDRESS, ANY, NAME, REST
from automaton.workbench.pack_draft.shapes import Alike, Shape, ShapeTable, together

_REASON = re.compile(r": | \(|; reason")
"""What stands before a reason, which is another each time."""

_IN_BRACKETS = re.compile(r"(?<=[<\[(])[A-Za-z_][\w ]{0,30}(?=[>\])])")
_TAG = re.compile(r"^\[[^\]]{0,40}\]")  # `[connected player] Eve has disconnected`
_TAGS = re.compile(r"(?:(?:\[[^\]]{1,40}\]|\|[^|]{1,40}\||[^\s:]{1,40}:) ){1,3}")
"""What names a part of the game, at the head of a line: `[net] `, `net: `."""

_QUOTED = re.compile(rf"'{NAME}'|\"{NAME}\"")
_LETTERS = re.compile(rf"[^\W\d_]|{ANY}")

BY_TURNS = 0.9
"""The share of steps from a joining to a leaving, or back, that a pair takes. A log may lack some."""

CLEARLY = 2
"""So many times as many names as any other word of the same line could be."""

CROWDED, OFTEN = 400, 10
"""Where so many pairs could be joins and leaves, some come by turns by chance: they must do so often."""

MOST_CANDIDATES = 60
"""Shapes of a kind that are compared with each of the other kind."""


class Sureness(IntEnum):
    """How much speaks for a part."""

    UNSURE = 0
    LIKELY = 1
    SURE = 2


@dataclass(frozen=True, slots=True)
class Part:
    """A shape with what it is taken for; `others` are shapes that would do as well."""

    shape: Alike
    sureness: Sureness
    why: str
    others: tuple[Alike, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """A shape of joinings and one of leavings; `shared` counts names in both.

    `turned` is how often a leaving followed on a joining or the other way round, `turns` that as a share.
    """

    join: Alike
    leave: Alike
    shared: int
    turned: int
    turns: float


def comings_and_goings(table: ShapeTable, is_said: Iterable[str] = ()) -> tuple[Part | None, Part | None]:
    """The best shape of joinings and the best of leavings. None where nothing tells enough.

    `is_said` are texts of shapes that somebody said: they tell nothing of anybody.
    """
    said = frozenset(is_said)
    texts = [text for text in table.shapes if text not in said]
    alike = table.alike(text for text in texts if JOIN.search(text) or LEAVE.search(text))
    joins = _most(_with_looser(one for one in alike if _tells(one, comes=True)))
    leaves = _most(_with_looser(one for one in alike if _tells(one, comes=False)))
    pairs = [pair for join in joins for leave in leaves if (pair := _pair(join, leave)) is not None]
    is_crowded = len(joins) * len(leaves) > CROWDED
    if is_crowded:
        pairs = [pair for pair in pairs if pair.turned >= OFTEN]
    pairs = sorted(_of_people(pairs, table), key=_worth, reverse=True)
    best = next((pair for pair in pairs[:MOST_CANDIDATES] if _is_plain(pair, pairs)), None)
    if best is not None:
        return _part(best, pairs, comes=True), _part(best, pairs, comes=False)
    if pairs or is_crowded:  # who came could not be told from where to
        return None, None
    return _alone(joins, leaves, comes=True), _alone(leaves, joins, comes=False)


def taking_turns(
    table: ShapeTable, is_said: Iterable[str], spoke: Collection[str]
) -> tuple[Part | None, Part | None]:
    """What people do by turns who `spoke`, though no word says that they come or go: `docked`, `undocked`.

    It may as well be a door that they open and close, so it is never sure.
    """
    said = frozenset(is_said)
    alike = table.alike(text for text in table.shapes if text not in said)
    done = _most(one for one in alike if len(one.by_name) > 1 and one.by_name.keys() <= set(spoke))
    pairs = [
        pair
        for first in done
        for other in done
        if first.first.numbers[0] < other.first.numbers[0]
        and (pair := _pair(first, other)) is not None
        and pair.shared > 1
    ]
    if not pairs:
        return None, None
    best = max(pairs, key=lambda pair: (pair.shared, pair.turned, -pair.join.first.numbers[0]))
    why = f"of {best.shared} names who spoke, by turns in {best.turns:.0%}; no word says that they come or go"
    return Part(best.join, Sureness.UNSURE, why), Part(best.leave, Sureness.UNSURE, why)


def _of_people(pairs: Iterable[Pair], table: ShapeTable) -> Iterator[Pair]:
    """Those of several names; and of one that was not printed before: else it is a word of the game."""
    earliest: dict[str, int] = {}
    for pair in pairs:
        if pair.shared > 1:
            yield pair
            continue
        (name,) = pair.join.by_name.keys() & pair.leave.by_name.keys()
        if name not in earliest:
            found = (one.numbers[0] for one in table.shapes.values() if name in one.sample)
            earliest[name] = min(found, default=0)
        if earliest[name] >= pair.join.first.numbers[0]:
            yield pair


def _is_plain(best: Pair, pairs: Iterable[Pair]) -> bool:
    """Whether no other word of the same lines could as well be the name: a world or a server also varies."""
    mine = {shape.text: name for name, shape in best.join.by_name.items()}
    return not any(
        best.shared <= CLEARLY * pair.shared
        and not _is_no_name(pair.join.text, best.join.text)
        and any(mine.get(shape.text, name) != name for name, shape in pair.join.by_name.items())
        for pair in pairs
    )


def _is_no_name(text: str, best: str) -> bool:
    """Whether the word that varies in a text is a tag of the line, or of a title: `[net] Pilot 'Eve' joined`.

    It is, if it stands in a tag at the head and the `best` right behind, or bare and the `best` in quotes. A
    tag may be a person's, `[Eve] <-> [lobby] has connected`: what stands further behind proves nothing.
    """
    tag, own = _TAGS.match(text), _TAGS.match(best)
    if tag is not None and NAME in tag[0] and own is not None and best.startswith(NAME, own.end()):
        return True
    return _QUOTED.search(best) is not None and _QUOTED.search(text) is None


def _tells(one: Alike, *, comes: bool) -> bool:
    text = _TAG.sub("", one.text.replace(NAME, " "))
    cue, other = (JOIN, LEAVE) if comes else (LEAVE, JOIN)
    found, against = cue.search(text), other.search(text)
    return found is not None and (against is None or found.start() < against.start())


def _with_looser(alike: Iterable[Alike]) -> Iterator[Alike]:
    """These, and those that differ in a reason or in a word in brackets, such as a team, as one."""
    families: dict[str, list[Alike]] = {}
    for one in alike:
        yield one
        looser = _without_reason(_IN_BRACKETS.sub(ANY, one.text))
        families.setdefault(looser, []).append(one)
    for text, members in families.items():
        if (len(members) > 1 or text.endswith(REST)) and NAME in text:
            names: dict[str, list[Shape]] = {}
            for member in members:
                for name, shape in member.by_name.items():
                    names.setdefault(name, []).append(shape)
            fixed = text if len(members) > 1 else _without_reason(members[0].text)
            yield Alike(fixed, {name: together(shapes) for name, shapes in names.items()})


def _without_reason(text: str) -> str:
    """Up to where words of another kind each time begin; an account among them is worth more."""
    cue = max((found.end() for found in (JOIN.search(text), LEAVE.search(text)) if found), default=0)
    found = _REASON.search(text, cue)
    if found is None or NAME not in text[: found.end()]:
        return text
    rest = text[found.end() :]
    return text if ACCOUNTS & set(rest) or not _LETTERS.search(rest) else text[: found.end()] + REST


def _most(alike: Iterable[Alike]) -> list[Alike]:
    return sorted(alike, key=lambda one: (-len(one.by_name), -one.count))[:MOST_CANDIDATES]


def _pair(join: Alike, leave: Alike) -> Pair | None:
    """How the two go together; None where they do not."""
    shared = join.by_name.keys() & leave.by_name.keys()
    steps = turned = 0
    for name in shared:
        moments = _moments(join.by_name[name], leave.by_name[name])
        steps += len(moments) - 1
        turned += sum(one != other for one, other in pairwise(moments))
    if not steps or join.text == leave.text or turned < BY_TURNS * steps:
        return None
    if 2 * len(shared) < min(len(join.by_name), len(leave.by_name)):
        return None
    return Pair(join, leave, len(shared), turned, turned / steps)


def _moments(join: Shape, leave: Shape) -> Sequence[bool]:
    """In turn, whether it was a joining."""
    last = (
        min(join.numbers[-1], leave.numbers[-1]) if max(len(join.numbers), len(leave.numbers)) > 190 else None
    )
    both = [(number, True) for number in join.numbers] + [(number, False) for number in leave.numbers]
    return [comes for number, comes in sorted(both) if last is None or number <= last]


def _worth(pair: Pair) -> tuple[object, ...]:
    join, leave = pair.join.text, pair.leave.text
    tried = bool(TRIED.search(join)) + bool(TRIED.search(leave))
    # A reason is no cue: `lost connection: Disconnected`.
    cues = bool(BEST_JOIN.search(_without_reason(join))) + bool(BEST_LEAVE.search(_without_reason(leave)))
    # Who goes on to a server behind a proxy has none of these.
    outside = sum(bool({ADDRESS, *ACCOUNTS} & set(text)) for text in (join, leave))
    # A short line tells of a person; a long one has a person among other things.
    return (pair.shared > 1, -tried, outside, pair.turned, cues, -len(join) - len(leave))


def _part(best: Pair, pairs: Sequence[Pair], *, comes: bool) -> Part:
    one, other = (best.join, best.leave) if comes else (best.leave, best.join)
    sure = Sureness.SURE if best.shared > 1 else Sureness.LIKELY
    others = {
        id(found): found
        for pair in pairs
        if (found := pair.join if comes else pair.leave) is not one
        and 2 * pair.shared > best.shared
        and NAME in found.text
    }
    word = "leaving" if comes else "joining"
    why = (
        f"{_times(one.count)}, of {len(one.by_name)} names; {best.shared} of them also have a {word}, "
        f"by turns in {best.turns:.0%}"
    )
    return Part(one, sure, why, tuple(_without_likes(others.values(), other)))


def _without_likes(found: Iterable[Alike], other: Alike) -> Iterable[Alike]:
    """Those of the same lines once."""
    seen = {other.first.text}
    for one in found:
        if one.first.text not in seen:
            seen.add(one.first.text)
            yield one


def _alone(candidates: Sequence[Alike], others: Sequence[Alike], *, comes: bool) -> Part | None:
    """A shape of which no other kind was seen: only where the words are plain, and several people had it.

    `others` are of the other kind: whoever has one of them without coming by turns is no player.
    """
    best = BEST_JOIN if comes else BEST_LEAVE
    elsewhere = {name for other in others for name in other.by_name}
    plain = [
        one
        for one in candidates
        if best.search(one.text)
        and not TRIED.search(one.text)
        and len(one.by_name) > 1
        and not one.by_name.keys() & elsewhere
    ]
    if not plain:
        return None
    one = max(plain, key=lambda one: (len(one.by_name), -len(one.text)))
    word = "leave" if comes else "come"
    return Part(
        one, Sureness.LIKELY, f"{_times(one.count)}, of {len(one.by_name)} names; none was seen to {word}"
    )


def _times(count: int) -> str:
    return f"{count:,} times" if count != 1 else "once"


def names_of(parts: Iterable[Part | None]) -> Collection[str]:
    """Everybody who came or went."""
    return {name for part in parts if part is not None for name in part.shape.by_name}
