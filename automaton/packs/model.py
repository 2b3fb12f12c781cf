"""How a pack is written: knowledge about a game, as data. It has the keys of what its game can do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, PrivateAttr, field_validator, model_validator

from automaton.core.command_grammar import ArgumentKind, Form, Grammar
from automaton.core.events import Profile
from automaton.core.invoked_commands import bare
from automaton.core.number_form import NumberForm
from automaton.core.pack import PROBED, SAVED, Pack, Poll, Question, polled
from automaton.did_you_mean import did_you_mean, nearest
from automaton.errors import Invalid
from automaton.match.line_reader import CHAT, ConsoleFormat
from automaton.match.pattern import Pattern as CompiledPattern
from automaton.match.pattern import compile_pattern
from automaton.packs.query_model import QueryModel, in_short
from automaton.schema.annotations import read_by
from automaton.schema.base import (
    Duration,
    Flag,
    Glob,
    Name,
    OneOrMany,
    Pattern,
    Slug,
    Strict,
    TemplateText,
    Text,
)
from automaton.schema.command_forms import KINDS, read_commands
from automaton.schema.invalid import invalid
from automaton.schema.readers import pattern
from automaton.schema.scalar import Scalar, Style
from automaton.schema.version import PACKS, FileVersion

PLAYERS = "players"
COUNTED = "n"
"""The group of a poll's `read` that holds the number."""


class PackMatch(Strict):
    """By what a server of this game is recognized: any of these, and none of `not`."""

    egg: OneOrMany[Glob] = ()
    image: OneOrMany[Glob] = ()
    startup: OneOrMany[Glob] = ()
    not_: PackMatch | None = Field(default=None, alias="not")

    def fits(self, profile: Profile) -> bool:
        """Whether one of the texts is that of the server, and `not` does not fit."""
        if self.not_ is not None and self.not_.fits(profile):
            return False
        texts = ((self.egg, profile.egg), (self.image, profile.image), (self.startup, profile.startup))
        return any(glob.covers(text) for globs, text in texts for glob in globs)


class Broadcast(Strict):
    """A command with `${text}` where the text goes."""

    send: TemplateText


def _answer(value: object) -> object:
    """A bare word is the name of a pattern or event of the pack, a text in quotes is a pattern itself."""
    return value if isinstance(value, Scalar) and value.style is Style.PLAIN else pattern(value)


Answer = Annotated[str | CompiledPattern, read_by(_answer, type="string")]
"""A name of the pack's `patterns` or `events`, or an RE2 pattern in single quotes."""


class QuestionModel(Strict):
    """Commands to type, and what the game prints when it has done so.

    ```yaml
    send: save-all
    wait: world_saved
    within: 60s
    ```
    """

    send: OneOrMany[Text]
    wait: Answer
    within: Duration = 60.0


class PollModel(Strict):
    """A number that the game prints when it is asked: the group `n` of `read`.

    ```yaml
    send: list
    read: '^There are (?P<n>\\d+)'
    every: 5m
    ```

    Without `send` nothing is typed: the game prints it by itself, now and then.
    """

    send: Text | None = None
    read: Pattern
    every: Duration = 300.0

    @field_validator("read")
    @classmethod
    def _reads_a_number(cls, read: CompiledPattern) -> CompiledPattern:
        if COUNTED not in read.groups:
            raise invalid(
                "no-number", "the number is read from the group `n`", read.origin, expected="`(?P<n>\\d+)`"
            )
        return read


Commands = Annotated[
    Mapping[str, Form],
    read_by(
        read_commands,
        type="object",
        additionalProperties={"anyOf": [{"enum": KINDS}, {"type": "array"}, {"type": "object"}]},
    ),
]
"""The commands of a game, each with what stands behind its word."""


class PackAddition(Strict):
    """A file of packs.d that teaches a pack further commands, as those of plugins.

    ```yaml
    extends: minecraft
    commands:
      broadcast: text
      lp: {user: [player, word, word, word]}
    grants: lp
    ```
    """

    version: FileVersion = PACKS.current
    extends: Name
    commands: Commands
    grants: OneOrMany[Text] = ()


class NumbersModel(Strict):
    """How the game prints numbers.

    ```yaml
    group: ","
    decimal: "."
    ```

    `group` stands between thousands: `,`, `.`, `'`, `_` or a space.
    """

    group: Literal[",", ".", "'", "_", " ", ""] = ""
    decimal: Literal[".", ","] = "."

    @model_validator(mode="after")
    def _two_signs(self) -> Self:
        if self.group == self.decimal:
            message = "`group` and `decimal` are the same sign: nobody could tell a thousand from a fraction"
            raise invalid("one-sign-twice", message)
        return self


class PolledFacts(Strict):
    """Facts that only the game knows."""

    players: PollModel | None = None


class PackFile(Strict):
    """One file of packs/ or packs.d.

    `events` are what rules may name as triggers; `patterns` what `age()` and `seen()` may name besides,
    and `wait`. `stop` are commands that no rule types by accident, `shutdown *` with any argument.
    `console: false` is a game that takes no commands: then nothing may be typed.

    `commands` say what stands behind a command's word; `grants` are those that make operators, `runs_inside`
    texts that make a string in JSON or SNBT a command. `names` is what a player can be called, `selectors`
    begin a word that chooses players otherwise, `separator` parts commands on one line. With `slash: true`
    every command begins with one, and what is typed without it is said aloud. `numbers` is how it prints
    numbers. `query` is how the game is asked over the network.
    """

    version: FileVersion = PACKS.current
    pack: Slug
    match: PackMatch | None = None
    prefix: Pattern | None = None
    chat: OneOrMany[Pattern] = ()
    events: Mapping[Text, Pattern] = {}
    patterns: Mapping[Slug, Pattern] = {}
    console: Flag = True
    say: Broadcast | None = None
    save: QuestionModel | None = None
    probe: QuestionModel | None = None
    facts: PolledFacts = PolledFacts()
    query: Annotated[QueryModel | None, BeforeValidator(in_short)] = None
    stop: OneOrMany[Text] = ("stop", "quit", "end", "exit")
    safe: Literal["minecraft", "bedrock", "source", "factorio", "unknown"] = "unknown"
    commands: Commands = Field(default_factory=dict)
    grants: OneOrMany[Text] = ()
    runs_inside: OneOrMany[Text] = ()
    names: Pattern | None = None
    selectors: Text = "@#"
    separator: Text = ""
    slash: Flag = False
    numbers: NumbersModel = NumbersModel()

    _added: Grammar = PrivateAttr(default_factory=Grammar)  # by files of packs.d

    @field_validator("names")
    @classmethod
    def _names_as_a_whole(cls, names: CompiledPattern | None) -> CompiledPattern | None:
        if names is not None and not (names.source.startswith("^") and names.source.endswith("$")):
            message = "a name is matched as a whole: `names` begins with `^` and ends with `$`"
            raise invalid("unanchored", message, names.origin, suggestion=f"'^{names.source.strip('^$')}$'")
        if names is None or "|" not in names.source:  # most; one with letters of all scripts takes a while
            return names
        try:
            whole = compile_pattern(f"^(?:{names.source})$")  # `^a|b$` alone would be bound at one end each
        except Invalid as error:
            raise invalid("pattern", error.problem.message, names.origin) from None
        return replace(whole, origin=names.origin)

    @field_validator("stop")
    @classmethod
    def _stops_by_words(cls, stop: tuple[str, ...]) -> tuple[str, ...]:
        for command in stop:
            if not command.strip():
                raise invalid("no-value", "a command is expected here", command, offset=0, expected="`stop`")
        return stop

    @field_validator("patterns")
    @classmethod
    def _one_name_one_thing(cls, patterns: Mapping[str, object], info: object) -> Mapping[str, object]:
        events = getattr(info, "data", {}).get("events", {})
        for name in patterns:
            if name in events:
                raise invalid(
                    "two-of-a-name", f"`{name}` is an event of this pack already: it needs no pattern", name
                )
        return patterns

    @model_validator(mode="after")
    def _waits_for_what_there_is(self) -> Self:
        known = [*self.events, *self.patterns]
        for asking in (self.save, self.probe):
            if asking is not None and isinstance(asking.wait, str) and asking.wait not in known:
                near = nearest(asking.wait, known)
                message = f"`{asking.wait}` is no pattern and no event of this pack{did_you_mean(near)}"
                expected = "" if near else "a name of them, or a pattern in single quotes"
                raise invalid(
                    "unknown-pattern", message, asking.wait, offset=0, expected=expected,
                    suggestion=near or "",
                )  # fmt: skip
        return self

    @model_validator(mode="after")
    def _types_nothing_without_a_console(self) -> Self:
        asked = self.facts.players.send if self.facts.players is not None else None
        typed = {"say": self.say, "save": self.save, "probe": self.probe, "facts": asked}
        for key, value in typed.items():
            if value is not None and not self.console:
                raise invalid("in-vain", f"`{key}` types a command, and `console: false` takes none")
        return self

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

    def extended_by(self, addition: PackAddition) -> Self:
        """The same pack with the commands of an addition over its own.

        They are kept apart: a pack that teaches none itself goes on to read commands as all games do.
        """
        copy = self.model_copy()
        copy._added = Grammar(addition.commands, frozenset(map(bare, addition.grants))).over(self._added)
        return copy

    def fits(self, profile: Profile) -> bool:
        """Whether a server's egg, image or start-up line shows that it runs this game."""
        return self.match is not None and self.match.fits(profile)

    def console_format(self) -> ConsoleFormat:
        """The patterns by which a console line of this game is read."""
        events = {name: one.source for name, one in {**self.events, **self.patterns}.items()}
        for name, asking in ((SAVED, self.save), (PROBED, self.probe)):
            if asking is not None:
                events[name] = self._awaited(asking)
        if self.facts.players is not None:
            events[polled(PLAYERS)] = self.facts.players.read.source
        return ConsoleFormat(
            prefix=self.prefix.source if self.prefix else None,
            chat=tuple(pattern.source for pattern in self.chat),
            events=events,
        )

    def for_engine(self, games: tuple[Grammar, ...] = (), grants: frozenset[str] = frozenset()) -> Pack:
        """What the engine needs to know of the game.

        `games` are the grammars of all, by which commands are read where the pack teaches none; `grants` is
        what makes operators in any of them, and must be allowed in this one too.
        """
        groups = (self.prefix.groups if self.prefix else frozenset[str]()) | {"line"}
        events = {str(name): pattern.groups | groups for name, pattern in self.events.items()}
        if self.chat:
            events[CHAT] = events.get(CHAT, groups).union(*(pattern.groups for pattern in self.chat))
        players = self.facts.players
        return Pack(
            name=self.pack,
            say=self.say.send if self.say else None,
            stop=frozenset(" ".join(word.lower().split()) for word in self.stop),
            safe=self.safe,
            events=events,
            save=_question(self.save),
            probe=_question(self.probe),
            polls={PLAYERS: Poll(players.send, players.every)} if players and players.send else {},
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
        if self.commands:
            return (own,)
        others = (_without(game, self._added.commands) for game in games)
        return (own, *(game for game in others if game.commands))

    def _broadcast(self) -> Grammar:
        first = self.say.send.pieces[0] if self.say is not None and self.say.send.pieces else ""
        words = first.split() if isinstance(first, str) and first[-1:].isspace() else []
        if not words:
            return Grammar()
        return Grammar({bare(words[0]): (*[ArgumentKind.OWN] * (len(words) - 1), ArgumentKind.TEXT)})

    def _awaited(self, asking: QuestionModel) -> str:
        if isinstance(asking.wait, CompiledPattern):
            return asking.wait.source
        return {**self.events, **self.patterns}[asking.wait].source


def _is_unseen(form: Form) -> bool:
    return any(isinstance(item, ArgumentKind) and item.is_hidden for item in form)


def _without(game: Grammar, words: Iterable[str]) -> Grammar:
    """One of several readings: without these words, and with a command in every line."""
    left_out = frozenset(words)
    kept = {word: form for word, form in game.commands.items() if word not in left_out}
    return replace(game, commands=kept, slash=False)


def _question(asking: QuestionModel | None) -> Question | None:
    return Question(tuple(asking.send), asking.within) if asking is not None else None


PackMatch.model_rebuild()
