"""Checks the commands that packs type for a rule against what `limits.allow` lets rules type. Pure.

Which game a server runs is known only once servers are. Until then, only what is allowed on none is reported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from automaton.checkpoint import with_checkpoints
from automaton.configuration.read_facts import reads
from automaton.core.calls import SendCommand
from automaton.core.console.places import CommandText
from automaton.core.gates.limits import Allowance
from automaton.core.invoked_commands import invoked_words
from automaton.core.pack import Pack
from automaton.core.polling.polls import PLAYERS
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
    words = (word for line in lines_of(pack, verb) for word in invoked_words(line, pack))
    return tuple(dict.fromkeys(words))


def all_words(packs: Iterable[Pack]) -> list[str]:
    """The first words of all commands of these packs, each once."""
    verbs = ("say", "save", "probe")
    return list(dict.fromkeys(word for pack in packs for verb in verbs for word in words_of(pack, verb)))


def never_allowed(
    rules: Iterable[Rule], packs: Mapping[str, Pack], allow: Sequence[Allowance]
) -> Iterator[Problem]:
    """Steps that no `limits.allow` lets rules do, whatever the game."""
    judged: dict[tuple[str, tuple[str, ...]], list[str] | None] = {}
    for rule in with_checkpoints(rules):
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
    rules: Iterable[Rule], packs: Mapping[str, Pack], allow: Sequence[Allowance], own: Container[str] = ()
) -> Iterator[Problem]:
    """Rules that read what a game is asked for, as `players`, which no `limits.allow` lets anybody ask.

    `own` are the facts of rule files, which go before those of packs.
    """
    words = _never_asked_words(packs, allow)
    for rule in with_checkpoints(rules):
        for name, place in reads(rule).items():
            if name in words and name not in own:
                message = (
                    f"rule `{rule.id}` reads `{name}`, and what asks a game for {_it_of(name)} `limits.allow`"
                    f" in automaton.yml names for no server: {without_asking(name)}"
                )
                expected = "of " + ", ".join(f"`{word}`" for word in words[name]) + " the one of your game"
                yield problem_at(place, "not-allowed", message, severity="warning", expected=expected)


def _never_asked_words(packs: Mapping[str, Pack], allow: Sequence[Allowance]) -> dict[str, list[str]]:
    """The facts that no game may be asked for, each with the words that would have to be allowed."""
    asked: dict[str, list[tuple[Pack, str]]] = defaultdict(list)
    for pack in packs.values():
        for name, poll in pack.polls.items():
            asked[name].append((pack, poll.send))
    return {
        name: sorted({word for pack, line in polls for word in invoked_words(line, pack)})
        for name, polls in asked.items()
        if not any(_are_allowed((line,), pack, allow) for pack, line in polls)
    }


def _it_of(name: str) -> str:
    return "them" if name == PLAYERS else "it"


def without_asking(name: str) -> str:
    """What becomes of a fact that nobody may ask a game for."""
    return "only joins and leaves are counted" if name == PLAYERS else "it stays unknown"


def unasked_on(allowance: Allowance | None, pack: Pack, name: str) -> str:
    """The command that this game is asked for a fact by, where it may not be; else empty."""
    poll = pack.polls.get(name)
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
