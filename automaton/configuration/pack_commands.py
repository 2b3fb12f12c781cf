"""Checks the commands that packs type for a rule against what `limits.allow` lets rules type. Pure.

Which game a server runs is known only once servers are. Until then, only what is allowed on none is reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from automaton.core.console.command import typed_words
from automaton.core.gates.limits import Allowance
from automaton.core.invoked_commands import invoked_words
from automaton.core.pack import Pack
from automaton.core.rules.action import walk
from automaton.core.rules.rule import Rule
from automaton.problem import Problem, problem_at
from automaton.schema.kinds import ActionModel

SPEAKING = frozenset({"say", "countdown"})


def words_of(pack: Pack, verb: str) -> tuple[str, ...]:
    """The first words of all commands that this action types on a server with this pack."""
    if verb in SPEAKING:
        return tuple(typed_words(pack.say, pack.separator)) if pack.say is not None else ()
    question = {"save": pack.save, "probe": pack.probe}.get(verb)
    lines = question.send if question is not None else ()
    return tuple(word for line in lines for word in invoked_words(line, pack.separator))


def all_words(packs: Iterable[Pack]) -> list[str]:
    """The first words of all commands of these packs, each once."""
    verbs = ("say", "save", "probe")
    return list(dict.fromkeys(word for pack in packs for verb in verbs for word in words_of(pack, verb)))


def never_allowed(
    rules: Iterable[Rule], packs: Mapping[str, Pack], allow: Sequence[Allowance]
) -> Iterator[Problem]:
    """Steps that no `limits.allow` lets rules do, whatever the game."""
    for rule in rules:
        for step in walk(rule.steps()):
            if isinstance(step, ActionModel) and not _is_silent(step):
                typed = [words for pack in packs.values() if (words := words_of(pack, step.verb))]
                if typed and not any(_are_allowed(words, allow) for words in typed):
                    yield _told(rule, step, sorted({word for words in typed for word in words}))


def _is_silent(step: ActionModel) -> bool:
    return step.verb == "countdown" and getattr(step, "say", None) is None


def _are_allowed(words: Iterable[str], allow: Sequence[Allowance]) -> bool:
    return all(any(one.allows_word(word) for one in allow) for word in words)


def _told(rule: Rule, step: ActionModel, words: Sequence[str]) -> Problem:
    message = (
        f"rule `{rule.id}` may not `{step.verb}`: what a game's `{step.verb}` types, `limits.allow` in"
        " automaton.yml names for no server"
    )
    expected = "of " + ", ".join(f"`{word}`" for word in words) + " the one of your game"
    return problem_at(step.place, "not-allowed", message, expected=expected)
