"""The keys of a pack, and what each of them takes: knowledge about a game, as data.

A file with `pack` is one; a file with `extends` adds its keys to those of another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from automaton.core.command_grammar import Form as CommandForm
from automaton.core.events import Source
from automaton.errors import Invalid
from automaton.match.line_reader import Form
from automaton.match.pattern import Pattern as CompiledPattern
from automaton.match.pattern import compile_pattern
from automaton.packs.examples import Example, read_example
from automaton.packs.match import PackMatch
from automaton.packs.query_model import QueryModel, in_short
from automaton.packs.questions import Broadcast, QuestionModel
from automaton.packs.spoken import Words, form_of, words_of_no_prefix
from automaton.packs.told_facts import ToldFactModel, wrong_facts
from automaton.problem import Problem
from automaton.schema.annotations import read_by
from automaton.schema.base import Flag, Name, OneOrMany, Pattern, Slug, Strict, Text
from automaton.schema.command_forms import KINDS, read_commands
from automaton.schema.invalid import invalid
from automaton.schema.version import PACKS, FileVersion

Commands = Annotated[
    Mapping[str, CommandForm],
    read_by(
        read_commands,
        type="object",
        additionalProperties={"anyOf": [{"enum": KINDS}, {"type": "array"}, {"type": "object"}]},
    ),
]
"""The commands of a game, each with what stands behind its word."""


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


class PackKeys(Strict):
    """What a pack may say. It has what its game can do, and no more.

    `chat` is what a person said, `command` a player's command as the game logs it, `admin` what an
    operator's command answered: none of these is output of the game. `events` are what rules may name as
    triggers; `patterns` what `age()` and `seen()` may name besides, and `wait`. `stop` are commands that no
    rule types by accident, `shutdown *` with any argument. `console: false` is a game that takes no commands:
    then nothing may be typed. `proof` is how its lines are known; `tests` are lines with what they must be.

    `commands` say what stands behind a command's word; `grants` are those that make operators, `runs_inside`
    texts that make a string in JSON or SNBT a command. `names` is what a player can be called, `selectors`
    begin a word that chooses players otherwise, `separator` parts commands on one line. With `slash: true`
    every command begins with one, and what is typed without it is said aloud. `numbers` is how it prints
    numbers. `query` is how the game is asked over the network.
    """

    version: FileVersion = PACKS.current
    proof: Literal["console", "documentation"] = "console"
    match: PackMatch | None = None
    prefix: Pattern | None = None
    chat: OneOrMany[Words] = ()
    command: OneOrMany[Words] = ()
    admin: OneOrMany[Words] = ()
    events: Mapping[Text, OneOrMany[Pattern]] = {}
    patterns: Mapping[Slug, OneOrMany[Pattern]] = {}
    console: Flag = True
    say: Broadcast | None = None
    save: QuestionModel | None = None
    probe: QuestionModel | None = None
    facts: Mapping[Name, ToldFactModel] = Field(default_factory=dict)
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
    tests: tuple[Annotated[Example, read_by(read_example, type="object")], ...] = ()

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

    @field_validator("facts")
    @classmethod
    def _names_that_mean_nothing_else(cls, facts: Mapping[str, ToldFactModel]) -> Mapping[str, ToldFactModel]:
        for problem in wrong_facts(facts):
            raise Invalid(problem)
        return facts

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

    def forms(self) -> Iterator[tuple[Source, CompiledPattern | None, Form]]:
        """How people's words look, in the order of trial; without a pattern the prefix alone tells."""
        forms = [
            form_of(source, words)
            for source in (Source.COMMAND, Source.ADMIN, Source.CHAT)
            for words in getattr(self, source.value)
        ]
        yield from (one for one in forms if one[1] is not None)
        yield from (one for one in forms if one[1] is None)

    def words_of_no_prefix(self, prefix: CompiledPattern | None) -> Iterator[Problem]:
        """Words of people told by groups that this prefix has not."""
        return words_of_no_prefix((*self.chat, *self.command, *self.admin), prefix)

    @property
    def named(self) -> dict[str, tuple[CompiledPattern, ...]]:
        """The patterns of all its events and patterns, by name."""
        return {str(name): found for name, found in (*self.events.items(), *self.patterns.items())}
