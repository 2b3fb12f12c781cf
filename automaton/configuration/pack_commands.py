"""Checks the commands that packs type for a rule against what `limits.allow` lets rules type. Pure.

Which game a server runs is known only once servers are. Until then, only what is allowed on none is reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from automaton.configuration.read_facts import reads
from automaton.core.calls import SendCommand
from automaton.core.console.places import CommandText
from automaton.core.gates.limits import Allowance
from automaton.core.invoked_commands import invoked_words
from automaton.core.pack import Pack
from automaton.core.polls import PLAYERS
from automaton.core.rules.action import walk
from automaton.core.rules.rule import Rule
from automaton.problem import Problem, problem_at
from automaton.schema.kinds import ActionModel
from automaton.schema.selector import ScopedSelector

SPEAKING = frozenset({"say", "countdown"})


def lines_of(pack: Pack, verb: str) -> tuple[str, ...]:
    """The commands that this action types on a server with this pack, with a blank for what is said."""
    if verb in SPEAKING:
        return ("".join(CommandText(pack.say, pack).texts),) if pack.say is not None else ()
    question = {"save": pack.save, "probe": pack.probe}.get(verb)
    return question.send if question is not None else ()


def words_of(pack: Pack, verb: str) -> tuple[str, ...]:
    """The first words of all commands that this action types on a server with this pack."""
    return tuple(word for line in lines_of(pack, verb) for word in invoked_words(line, pack))


def all_words(packs: Iterable[Pack]) -> list[str]:
    """The first words of all commands of these packs, each once."""
    verbs = ("say", "save", "probe")
    return list(dict.fromkeys(word for pack in packs for verb in verbs for word in words_of(pack, verb)))


def never_allowed(
    rules: Iterable[Rule], packs: Mapping[str, Pack], allow: Sequence[Allowance]
) -> Iterator[Problem]:
    """Steps that no `limits.allow` lets rules do, whatever the game."""
    judged: dict[tuple[str, tuple[str, ...]], list[str] | None] = {}
    for rule in rules:
        games = own_games(rule, packs)
        for step in walk(rule.steps()):
            if isinstance(step, ActionModel) and not is_silent(step):
                key = (step.verb, tuple(one.name for one in games))
                if key not in judged:
                    judged[key] = _never_typed(step.verb, games, allow)
                if (words := judged[key]) is not None:
                    yield _told(rule, step, words)


def own_games(rule: Rule, packs: Mapping[str, Pack]) -> list[Pack]:
    """The packs of the games that the rule's `servers` leave."""
    chosen = rule.servers
    if not isinstance(chosen, ScopedSelector):
        return list(packs.values())
    return [pack for pack in packs.values() if chosen.may_cover_pack(pack.name)]


def never_asked(
    rules: Iterable[Rule], packs: Mapping[str, Pack], allow: Sequence[Allowance]
) -> Iterator[Problem]:
    """Rules that read `players`, for which no `limits.allow` lets a game be asked."""
    polls = [(pack, pack.polls[PLAYERS].send) for pack in packs.values() if PLAYERS in pack.polls]
    if not polls or any(_are_allowed((line,), pack, allow) for pack, line in polls):
        return
    words = sorted({word for pack, line in polls for word in invoked_words(line, pack)})
    for rule in rules:
        if (place := reads(rule).get(PLAYERS)) is not None:
            message = (
                f"rule `{rule.id}` reads `players`, and what asks a game for them `limits.allow` in"
                " automaton.yml names for no server: only joins and leaves are counted"
            )
            expected = "of " + ", ".join(f"`{word}`" for word in words) + " the one of your game"
            yield problem_at(place, "not-allowed", message, severity="warning", expected=expected)


def unasked_on(allowance: Allowance | None, pack: Pack) -> str:
    """The command that this game is asked for players by, where it may not be; else empty."""
    poll = pack.polls.get(PLAYERS)
    if poll is None:
        return ""
    return SendCommand(server="", command=poll.send).not_allowed(allowance, pack)


def _never_typed(verb: str, packs: Iterable[Pack], allow: Sequence[Allowance]) -> list[str] | None:
    """The words that would have to be allowed for this action; None where it can be done in some game."""
    typing = [(pack, lines) for pack in packs if (lines := lines_of(pack, verb))]
    if not typing or any(_are_allowed(lines, pack, allow) for pack, lines in typing):
        return None
    return sorted({word for pack, _ in typing for word in words_of(pack, verb)})


def is_silent(step: ActionModel) -> bool:
    """Whether it types nothing, though its verb can."""
    return step.verb == "countdown" and getattr(step, "say", None) is None


def _are_allowed(lines: Iterable[str], pack: Pack, allow: Sequence[Allowance]) -> bool:
    return all(
        any(not SendCommand(server="", command=line).not_allowed(one, pack) for one in allow)
        for line in lines
    )


def _told(rule: Rule, step: ActionModel, words: Sequence[str]) -> Problem:
    message = (
        f"rule `{rule.id}` may not `{step.verb}`: what a game's `{step.verb}` types, `limits.allow` in"
        " automaton.yml names for no server"
    )
    if len(words) == 1:
        return problem_at(step.place, "not-allowed", message, suggestion=f"allow: {{send: [{words[0]}]}}")
    expected = "of " + ", ".join(f"`{word}`" for word in words) + " the one of your game"
    return problem_at(step.place, "not-allowed", message, expected=expected)
