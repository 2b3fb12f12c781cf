"""What a file of packs.d says and surely, or most likely, does not mean.

Errors are what can never work; warnings are what works for few. Shipped packs are held to the same by a test.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from automaton.core.events import Source
from automaton.did_you_mean import SURE, did_you_mean, listed, nearest
from automaton.match.pattern import Pattern
from automaton.packs.keys import PackKeys
from automaton.packs.model import PackFile
from automaton.problem import Level, Problem, problem_at
from automaton.schema.anchors import anchored
from automaton.schema.scalar import target_of

WHO = ("player", "account")
"""The groups by which a player is known: a name, and what the game calls one whose name it does not print."""

COUNTED = ("player.join", "player.leave")

_OF_A_GAME = ("match", "prefix", "chat", "command", "admin", "say", "save", "probe", "query")

OF_A_LINE = tuple(source.value for source in (Source.CHAT, Source.COMMAND, Source.ADMIN, Source.GAME))
"""What a line may be in which nothing happens."""


def lint(keys: PackKeys, pack: PackFile) -> Iterator[Problem]:
    """The mistakes of one file; `pack` is what it becomes with those that it extends."""
    prefix = pack.prefix.groups if pack.prefix is not None else frozenset[str]()
    for name in COUNTED:
        for pattern in keys.events.get(name, ()):
            yield from _nobody(name, pattern, prefix)
    for _, words, _ in keys.forms():
        if words is not None:
            yield from _misspelt_player(words, prefix)
    for name, several in keys.named.items():
        for pattern in several:
            if cure := anchored(pattern.source):
                message = (
                    f"`{name}` begins anywhere in a line, so whoever is called like its words, or says them"
                    " in a form that the pack does not know, makes it happen: it begins with `^`"
                )
                yield _of(pattern, "unanchored", message, severity="warning", suggestion=cure)
    yield from _tests_of_nothing(keys, pack)


def in_place_of(pack: PackFile, shipped: PackFile) -> Iterator[Problem]:
    """A warning where a pack takes the place of a shipped one that knows more: one forgot `extends`."""
    lost = [f"`{key}`" for key in _OF_A_GAME if getattr(shipped, key) and not getattr(pack, key)]
    names = [
        name
        for key in ("events", "patterns", "facts")
        for name in getattr(shipped, key)
        if name not in getattr(pack, key)
    ]
    if not lost and not names:
        return
    told = " and ".join(filter(None, (", ".join(lost), listed(names))))
    message = (
        f"without `extends` this takes the whole place of the shipped pack `{shipped.pack}`, and what only"
        f" that knows is gone: {told}; one that is to know less has a name of its own"
    )
    yield problem_at(
        target_of(pack.pack), "takes-place", message, severity="warning",
        suggestion=f"extends: {shipped.pack}",
    )  # fmt: skip


def _of(
    pattern: Pattern, code: str, message: str, *, severity: Level = "error", expected: str = "",
    suggestion: str = "",
) -> Problem:  # fmt: skip
    place = target_of(pattern.origin)
    return problem_at(place, code, message, severity=severity, expected=expected, suggestion=suggestion)


def _nobody(name: str, pattern: Pattern, prefix: Iterable[str]) -> Iterator[Problem]:
    """A join or leave of nobody in particular."""
    if not {*pattern.groups, *prefix}.isdisjoint(WHO):
        return
    near = nearest("player", pattern.groups, cutoff=SURE)
    message = f"`{name}` without a group `player` or `account` is about nobody: no one is counted"
    if near:
        yield _of(pattern, "no-player", f"{message}; `{near}` is none of them", suggestion="(?P<player>…)")
    else:
        yield _of(pattern, "no-player", message, severity="warning", expected="`(?P<player>…)`")


def _misspelt_player(pattern: Pattern, prefix: Iterable[str]) -> Iterator[Problem]:
    """Words of a person whose name is in a group that is nearly called so."""
    near = nearest("player", pattern.groups, cutoff=SURE)
    if near and {*pattern.groups, *prefix}.isdisjoint(WHO):
        message = f"whose words these are is told by the group `player`: there is `{near}` alone"
        yield _of(pattern, "no-player", message, severity="warning", suggestion="(?P<player>…)")


def _tests_of_nothing(keys: PackKeys, pack: PackFile) -> Iterator[Problem]:
    """Tests of what no line of this pack can be: they would always fail."""
    known = [*OF_A_LINE, *pack.named]
    for example in keys.tests:
        for name in [one for one in example.is_ if one not in known]:
            near = nearest(name, known)
            message = f"`{name}` is no event, pattern or source of this pack{did_you_mean(near)}"
            yield problem_at(
                target_of(name), "unknown-event", message, expected="" if near else listed(known),
                suggestion=near or "",
            )  # fmt: skip
