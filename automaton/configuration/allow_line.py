"""The one line `allow: {…}` that lets all rules do what they want: told once, with the first that lacks it.

Told step by step, each line that is written would bring the next error. Pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from automaton.configuration.pack_commands import is_silent, own_games, words_of
from automaton.core.console.places import CommandText
from automaton.core.facts.own import FromConsole
from automaton.core.invoked_commands import invoked_words
from automaton.core.pack import NO_PACK, Pack
from automaton.core.rules.action import walk
from automaton.core.rules.rule import Rule
from automaton.match.glob import Glob
from automaton.problem import Problem, in_order
from automaton.rulebook.change_checks import judged_paths
from automaton.rulebook.load import LoadedRules
from automaton.schema.kinds import ActionModel
from automaton.settings.limits import Allow

BY_DEFAULT = "an `allow` takes the place of what is allowed without one, so it names all that your rules do"

FEW_GAMES = 3
"""So many may be at work in one place, and their words need no explanation."""

_BARE = re.compile(r"[a-z][a-z0-9_-]*")
_AMBIGUOUS = frozenset({"on", "off", "yes", "no", "true", "false", "null", "y", "n"})


@dataclass(frozen=True, slots=True)
class _Needs:
    """Words by key of `allow`, each once and in the order in which they were met."""

    power: dict[str, None] = field(default_factory=dict)
    send: dict[str, None] = field(default_factory=dict)
    files: dict[str, None] = field(default_factory=dict)
    startup: dict[str, None] = field(default_factory=dict)
    games: dict[str, None] = field(default_factory=dict)
    """Those whose own words are among `send`."""

    @property
    def why_so_long(self) -> str:
        """The end of a sentence that says where most of `send` comes from; empty where it is short."""
        if len(self.games) <= FEW_GAMES:
            return ""
        return (
            f"; `send` has the words of the {len(self.games)} games that your rules may be at work in, for"
            " each says, saves and answers by its own: leave out those of games that you do not host"
            " (`automaton packs NAME` shows them), or say which are meant by `servers: {pack: …}`"
        )

    def line(self) -> str:
        """As it is written into automaton.yml."""
        blocks = {"power": self.power, "send": self.send, "files": self.files, "startup": self.startup}
        told = [f"{key}: [{', '.join(words)}]" for key, words in blocks.items() if words]
        return f"allow: {{{', '.join(told)}}}"


def with_whole_line(
    problems: Iterable[Problem], loaded: LoadedRules, packs: Mapping[str, Pack], allow: Sequence[Allow] | None
) -> list[Problem]:
    """The problems, of which the first that is not allowed has the line, and the others no piece of it.

    As they are where another mistake hides what rules do, and where `allow` has entries for some servers.
    """
    problems = in_order(list(problems))
    lacking = [one for one in problems if one.code == "not-allowed"]
    entries = list(allow or ())
    if not lacking or not loaded.judged or len(entries) > 1 or any(one.servers for one in entries):
        return problems
    needs = _needs(loaded, packs, entries)
    why = f"; {BY_DEFAULT}" if allow is None else ""
    message = f"{lacking[0].message}{why}{needs.why_so_long}"
    first = replace(lacking[0], message=message, expected="", suggestion=needs.line())
    rest = (replace(one, expected="", suggestion="") for one in lacking[1:])
    told = iter([first, *rest])
    return [next(told) if one.code == "not-allowed" else one for one in problems]


def _needs(loaded: LoadedRules, packs: Mapping[str, Pack], entries: Iterable[Allow]) -> _Needs:
    needs = _Needs()
    for entry in entries:
        _add_written(needs, entry)
    for rule in loaded.judged:
        _add_rule(needs, rule, packs, loaded.own_facts)
    for fact in loaded.own_facts.values():
        if isinstance(fact.origin, FromConsole):
            _add(needs.send, invoked_words(fact.origin.send, NO_PACK))
    return needs


def _add_written(needs: _Needs, entry: Allow) -> None:
    _add(needs.power, (one.value for one in entry.power))
    for one in entry.send:
        if isinstance(one, Glob):
            _add(needs.send, [one.source])
        else:
            forms = (f"{{{_written(str(getattr(form.words, 'source', '')))}: [{', '.join(form.arguments)}]}}"
                     for form in one.forms)  # fmt: skip
            needs.send.update(dict.fromkeys(forms))
    _add(needs.files, (one.source for one in entry.files))
    _add(needs.startup, (one.source for one in entry.startup))


def _add_rule(needs: _Needs, rule: Rule, packs: Mapping[str, Pack], own: Container[str]) -> None:
    games = own_games(rule, packs)
    for step in walk(rule.steps()):
        if isinstance(step, ActionModel):
            _add_step(needs, step, games)
    for pack in games:
        asked = [poll.send for name, poll in pack.polls.items() if name in rule.names and name not in own]
        _add_words(needs, pack, [word for line in asked for word in invoked_words(line, pack)])


def _add_step(needs: _Needs, step: ActionModel, games: Sequence[Pack]) -> None:
    wants = step.wants()
    _add(needs.power, sorted(signal.value for signal in wants.signals))
    _add(needs.power, ["reinstall"] if wants.reinstalls else [])
    for command in wants.commands:
        _add(needs.send, (one.word for one in CommandText(command, games[0] if games else NO_PACK).commands))
    if not is_silent(step):
        for pack in games:
            _add_words(needs, pack, words_of(pack, step.verb))
    _add(
        needs.files, (shown for path in wants.paths for _, shown in judged_paths(path, unpacks=wants.unpacks))
    )
    _add(needs.startup, map(str, wants.variables))


def _add_words(needs: _Needs, pack: Pack, words: Sequence[str]) -> None:
    _add(needs.send, words)
    if words:
        needs.games[pack.name] = None


def _add(words: dict[str, None], found: Iterable[str]) -> None:
    words.update(dict.fromkeys(map(_written, found)))


def _written(word: str) -> str:
    """As YAML takes it for a text, inside of brackets."""
    is_bare = _BARE.fullmatch(word) is not None and word not in _AMBIGUOUS
    return word if is_bare else json.dumps(word, ensure_ascii=False)
