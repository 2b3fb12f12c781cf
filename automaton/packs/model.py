"""One pack: what its file says, and what matching and the engine make of it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Self

from pydantic import PrivateAttr, ValidationInfo, model_validator

from automaton.core.command_grammar import ArgumentKind, Form, Grammar
from automaton.core.facts.own import OwnFact
from automaton.core.invoked_commands import bare
from automaton.core.number_form import NumberForm
from automaton.core.pack import PROBED, SAVED, Pack, Poll, Question, polled
from automaton.did_you_mean import did_you_mean, nearest
from automaton.errors import Invalid
from automaton.match.line_reader import ConsoleFormat
from automaton.match.pattern import Pattern as CompiledPattern
from automaton.packs.keys import PackKeys
from automaton.packs.questions import QuestionModel
from automaton.packs.told_facts import PLAYERS, facts_of
from automaton.problem import Problem
from automaton.schema.base import Slug
from automaton.schema.context import context_of
from automaton.schema.invalid import invalid
from automaton.schema.scalar import target_of


class PackFile(PackKeys):
    """One file of packs/ or packs.d: the knowledge about a game, by its name."""

    pack: Slug

    _added: Grammar = PrivateAttr(default_factory=Grammar)  # by files of packs.d
    _files: tuple[str, ...] = PrivateAttr(default=())  # beside its own

    @model_validator(mode="after")
    def _asks_what_can_be_answered(self, info: ValidationInfo) -> Self:
        context = context_of(info)
        if context is not None and context.partial:
            return self
        problems = [*self.words_of_no_prefix(self.prefix), *self.unanswerable()]
        if problems:
            if context is not None:
                context.problems += (one.or_at(target_of(self.pack)) for one in problems[1:])
            raise Invalid(problems[0])
        return self

    def unanswerable(self) -> Iterator[Problem]:
        """What it waits for in vain, and commands that no console takes."""
        known = list(self.named)
        for asking in (self.save, self.probe):
            if asking is not None and isinstance(asking.wait, str) and asking.wait not in known:
                near = nearest(asking.wait, known)
                message = f"`{asking.wait}` is no pattern and no event of this pack{did_you_mean(near)}"
                expected = "" if near else "a name of them, or a pattern in single quotes"
                yield invalid(
                    "unknown-pattern", message, asking.wait, offset=0, expected=expected,
                    suggestion=near or "",
                ).problem  # fmt: skip
        asked = next((one.send for one in self.facts.values() if one.send is not None), None)
        typed = {"say": self.say, "save": self.save, "probe": self.probe, "facts": asked}
        for key, value in typed.items():
            if value is not None and not self.console:
                yield invalid("in-vain", f"`{key}` types a command, and `console: false` takes none").problem

    @property
    def own_facts(self) -> dict[str, OwnFact]:
        """What its game tells besides what every server has: `players`, which all count, is none of them."""
        asked = self.query.facts() if self.query is not None else {}
        return asked | facts_of(self.facts)

    @property
    def grammar(self) -> Grammar:
        """How its game reads commands, as far as the pack and what was added to it say."""
        plain = ("".join(char for char in text.lower() if char not in " \"'") for text in self.runs_inside)
        grants = frozenset(map(bare, self.grants))
        return self._added.over(Grammar(self.commands, grants, frozenset(plain), self.separator, self.slash))

    def taught_by(self, other: PackFile) -> Self:
        """The same pack with the commands of another under its own."""
        merged = self.grammar.over(other.grammar)
        inherited = {
            key: getattr(other, key)
            for key in ("names", "selectors", "separator", "slash", "numbers")
            if key not in self.model_fields_set
        }
        return self.model_copy(
            update={
                "commands": merged.commands,
                "grants": tuple(sorted(merged.grants)),
                "runs_inside": tuple(sorted(merged.runs_inside)),
                **inherited,
            }
        )

    def wary_of(self, games: Iterable[PackFile]) -> Self:
        """The same pack, of a game of its own, with what runs unseen commands in others under its own."""
        if not self.commands:
            return self
        unseen = {word: form for game in games for word, form in game.commands.items() if _is_unseen(form)}
        return self.model_copy(update={"commands": {**unseen, **self.commands}})

    def with_commands(self, added: Grammar) -> Self:
        """The same pack with further commands over its own.

        They are kept apart: a pack that teaches none itself goes on to read commands as all games do.
        """
        copy = self.model_copy()
        copy._added = added.over(self._added)
        return copy

    def written_in(self, *files: str) -> Self:
        """The same pack, told by these files beside its own."""
        copy = self.model_copy()
        copy._files = files
        return copy

    @property
    def files(self) -> tuple[str, ...]:
        """All files that tell of it, its own first; those of the package are `packs/…`."""
        return tuple(dict.fromkeys((target_of(self.pack).file, *self._files)))

    def console_format(self, told: Container[str] | None = None) -> ConsoleFormat:
        """The patterns by which a console line of this game is read.

        `told` are the facts of the game that somebody wants to hear of, besides `players`: by default all.
        """
        events = [(name, one.source) for name, several in self.named.items() for one in several]
        for name, asking in ((SAVED, self.save), (PROBED, self.probe)):
            if asking is not None:
                events += ((name, one.source) for one in self._awaited(asking))
        events += (
            (polled(name), one.read.source)
            for name, one in self.facts.items()
            if told is None or name == PLAYERS or name in told
        )
        return ConsoleFormat(
            prefix=self.prefix.source if self.prefix else None,
            forms=tuple(form for _, _, form in self.forms()),
            events=tuple(events),
        )

    def for_engine(self, games: tuple[Grammar, ...] = (), grants: frozenset[str] = frozenset()) -> Pack:
        """What the engine needs to know of the game.

        `games` are the grammars of all, by which commands are read where the pack teaches none; `grants` is
        what makes operators in any of them, and must be allowed in this one too.
        """
        groups = (self.prefix.groups if self.prefix else frozenset[str]()) | {"line"}
        named = [(str(name), one) for name, several in self.events.items() for one in several]
        events: dict[str, frozenset[str]] = {}
        for name, pattern in (*named, *((source.value, found) for source, found, _ in self.forms())):
            events[name] = events.get(name, groups) | (pattern.groups if pattern is not None else groups)
        asked = {str(name): one for name, one in self.facts.items() if one.send is not None}
        return Pack(
            name=self.pack,
            say=self.say.send if self.say else None,
            stop=frozenset(" ".join(word.lower().split()) for word in self.stop),
            safe=self.safe,
            events=events,
            save=_question(self.save),
            probe=_question(self.probe),
            polls={name: Poll(str(one.send), one.every) for name, one in asked.items()},
            facts=frozenset(self.own_facts),
            patterns=frozenset(str(name) for name in self.patterns),
            console=self.console,
            grammars=self._grammars(games, grants),
            names=self.names,
            selectors=self.selectors,
            numbers=NumberForm(self.numbers.group, self.numbers.decimal),
            query=self.query.as_core() if self.query is not None else None,
        )

    def _grammars(self, games: tuple[Grammar, ...], grants: frozenset[str]) -> tuple[Grammar, ...]:
        """Its own, and those of all games where it teaches none.

        The first knows the pack's broadcast, which takes a text, and what was added: that counts as it is
        written, whatever another game makes of the word.
        """
        own = self.grammar.over(self._broadcast())
        own = replace(own, grants=own.grants | grants)
        if self.commands or not self.console:
            return (own,)
        others = (_without(game, self._added.commands) for game in games)
        return (own, *(game for game in others if game.commands))

    def _broadcast(self) -> Grammar:
        first = self.say.send.pieces[0] if self.say is not None and self.say.send.pieces else ""
        words = first.split() if isinstance(first, str) and first[-1:].isspace() else []
        if not words:
            return Grammar()
        return Grammar({bare(words[0]): (*[ArgumentKind.OWN] * (len(words) - 1), ArgumentKind.TEXT)})

    def _awaited(self, asking: QuestionModel) -> tuple[CompiledPattern, ...]:
        if isinstance(asking.wait, CompiledPattern):
            return (asking.wait,)
        return self.named.get(asking.wait, ())  # a file with that mistake is read all the same


def _is_unseen(form: Form) -> bool:
    return any(isinstance(item, ArgumentKind) and item.is_hidden for item in form)


def _without(game: Grammar, words: Mapping[str, object]) -> Grammar:
    """One of several readings: without these words, and with a command in every line."""
    left_out = game.commands.keys() & words.keys()
    if not left_out and not game.slash:
        return game
    kept = {word: form for word, form in game.commands.items() if word not in left_out}
    return replace(game, commands=kept, slash=False)


def _question(asking: QuestionModel | None) -> Question | None:
    return Question(tuple(asking.send), asking.within) if asking is not None else None
