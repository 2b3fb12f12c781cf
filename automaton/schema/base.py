"""What every model of a file is built on: strict keys, and types that read a value by where it is used.

A type reads a Scalar of the file, or takes a ready value that code passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo, WithJsonSchema, model_validator

from automaton.did_you_mean import SURE, did_you_mean, nearest
from automaton.expr.expression import Expression
from automaton.expr.template import Template
from automaton.expr.units import duration, size
from automaton.match.glob import Glob as CompiledGlob
from automaton.match.pattern import Pattern as CompiledPattern
from automaton.problem import Problem, problem_at
from automaton.schema import nodes, readers
from automaton.schema.annotations import CONSTANT, Listed, ReadBy, read_by
from automaton.schema.context import ValidationContext
from automaton.schema.invalid import invalid
from automaton.schema.mended_line import swapped_quotes
from automaton.schema.scalar import Scalar, Style, single_quoted
from automaton.schema.state_change import StateChange as ParsedStateChange
from automaton.schema.time_zone import zone
from automaton.words_of_others import At, meant, meant_word

T = TypeVar("T")


class Strict(BaseModel):
    """A frozen model that refuses unknown keys, with a suggestion.

    `later` are keys that are planned, each with a hint or an empty text. `keys_of` is where its keys stand,
    for the words of other products there.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, arbitrary_types_allowed=True, defer_build=True
    )

    later: ClassVar[Mapping[str, str]] = {}
    keys_of: ClassVar[At | None] = None

    @classmethod
    def known_keys(cls) -> list[str]:
        """The keys as they are written in a file."""
        return [field.alias or name for name, field in cls.model_fields.items()]

    @model_validator(mode="before")
    @classmethod
    def _knows_its_keys(cls, value: object, info: ValidationInfo) -> object:
        """Reports each unknown key and leaves it out, so that the others are checked as well."""
        known = cls.known_keys()
        if isinstance(value, nodes.Sequence | Scalar) and not (isinstance(value, Scalar) and value.is_null):
            expected = f"the keys {', '.join(f'`{name}`' for name in known)}"
            raise invalid(
                "wrong-shape", "a mapping is expected here", found=readers.shape(value), expected=expected
            )
        if not isinstance(value, nodes.Mapping) or not isinstance(info.context, ValidationContext):
            return value
        kept = nodes.Mapping(value.place)
        for key, node in value.items():
            if key in known:
                kept[key] = node
            elif key in cls.later:
                hint = cls.later[key]
                message = f"`{key}` is not supported yet" + (f": {hint}" if hint else "")
                info.context.problems.append(problem_at(key.place, "not-supported-yet", message))
            else:
                info.context.problems.append(cls._unknown(key, node))
                word = cls.key_meant(key)
                if word in known and value.key(word) is None:  # its value is judged as well
                    kept[Scalar(word, key.place)] = node
                    is_sure = cls.keys_of is not None and meant_word(cls.keys_of, key)
                    if not (is_sure and isinstance(node, Scalar)):  # another's mapping is none of ours
                        info.context.guessed.add(node.place)
        return kept

    @classmethod
    def key_meant(cls, key: str) -> str:
        """The known key that somebody means by an unknown one; the key itself where none is near."""
        known = cls.known_keys()
        word = meant_word(cls.keys_of, key) if cls.keys_of is not None and key not in known else ""
        return key if key in known else word or nearest(key, known, cutoff=SURE) or key

    @classmethod
    def _unknown(cls, key: Scalar, value: object) -> Problem:
        """What is wrong with an unknown key, and what was probably meant."""
        known = cls.known_keys()
        found = meant(cls.keys_of, key) if cls.keys_of is not None else None
        if found is not None and not found.why and found.write not in known:
            found = None  # the word of another kind of step or trigger
        if isinstance(value, Scalar) and value.is_null and not value.source and (" " in key or found is None):
            message = f"`{key}` is a key without a value: a `,` inside `{{…}}` ends the value before it"
            expected = "quotes around the whole value, or `key: value`"
            return problem_at(key.place, "unknown-key", message, expected=expected)
        if found is not None and found.write not in known:
            message = f"unknown key `{key}`" + (f": {found.why}" if found.why else "")
            instead = _with_what_is_written(found.write, key, value)
            return problem_at(key.place, "unknown-key", message, suggestion=instead)
        near = found.write if found is not None else nearest(key, known)
        why = f": {found.why}" if found is not None and found.why else ""
        expected = "" if near else ", ".join(f"`{name}`" for name in known)
        message = f"unknown key `{key}`{did_you_mean(near)}{why}"
        return problem_at(key.place, "unknown-key", message, expected=expected, suggestion=near or "")


_ENDS_A_VALUE = frozenset(",[]{}")
"""What ends a value without quotes inside of `{…}`."""


def _with_what_is_written(instead: str, key: str, value: object) -> str:
    """What to write instead of a key, with the value that it has: `when: {…, where: it.oom}`."""
    if not isinstance(value, Scalar) or not value.source or "\n" in value.source:
        return instead
    ends_early = value.style is Style.PLAIN and not _ENDS_A_VALUE.isdisjoint(value)
    written = single_quoted(swapped_quotes(value)) if ends_early else value.source
    if instead.endswith((": […]", ": {…}")):
        ours, bracket = instead[:-4], instead[-3:]
        pair = f"{{{key}: {written}}}"
        return f"{ours} [{pair}]" if bracket == "[…]" else f"{ours} {pair}"
    return instead.replace(f"{key}: …", f"{key}: {written}")


def _schema(**schema: Any) -> WithJsonSchema:
    return WithJsonSchema(schema)


_SCALARS = ["string", "number", "boolean"]

Text = Annotated[str, BeforeValidator(readers.read(str, "text", "a text")), _schema(type=_SCALARS)]
"""Any text; a number or a `no` is text here."""

Name = Annotated[str, ReadBy(readers.name, {"type": _SCALARS})]
"""The name of something defined elsewhere; it keeps its place, for it is looked up later."""

Raw = Annotated[object, read_by(lambda value: value)]
"""A node as it is, to be read later on."""

Slug = Annotated[str, ReadBy(readers.read_and_keep(readers.slug, "name", "a name"), {"type": _SCALARS})]
"""The name of something defined here: up to 64 letters, digits, `-`, `_` and `.`."""

Duration = Annotated[
    float,
    BeforeValidator(readers.read(duration, "duration", "a duration as `10m`")),
    _schema(**{"type": "string", "pattern": r"^([0-9]+(w|d|h|m|s|ms))+$", CONSTANT: True}),
]
"""Seconds."""

Size = Annotated[
    int,
    BeforeValidator(readers.read(size, "size", "a size as `1GiB`")),
    _schema(**{"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)? ?([KMGT]iB|B)$", CONSTANT: True}),
]
"""Bytes."""

DurationOrNothing = Annotated[
    Duration | None,
    BeforeValidator(lambda value: None if isinstance(value, Scalar) and value.is_null else value),
]
"""Seconds; None where the key has no value, as in `save:`."""

Count = Annotated[
    int,
    BeforeValidator(readers.read(readers.count, "count", "a whole number")),
    _schema(
        **{"type": ["integer", "string"], "minimum": 1, "pattern": "^[0-9]*[1-9][0-9]*$", CONSTANT: True}
    ),
]
"""A whole number from 1 on."""

Flag = Annotated[
    bool,
    BeforeValidator(readers.read(readers.flag, "flag", "`true` or `false`")),
    _schema(**{"enum": [True, False, "true", "false"], CONSTANT: True}),
]
"""`true` or `false`; no other word is taken for them."""

Pattern = Annotated[CompiledPattern, ReadBy(readers.pattern, {"type": "string"})]
"""An RE2 pattern in single quotes."""

ExpressionText = Annotated[Expression, ReadBy(readers.expression, {"type": _SCALARS})]
"""An expression. Its names and kinds are checked later, where it is known what may be read."""

TemplateText = Annotated[Template, ReadBy(readers.template, {"type": _SCALARS})]
"""Text with `${expression}` in it."""

Glob = Annotated[CompiledGlob, read_by(readers.glob, type=_SCALARS)]
"""A name in which `*` is any text and `?` one character; case does not matter."""

StateChange = Annotated[ParsedStateChange, read_by(readers.state_change, type="string")]
"""A change of the power state, as `running -> offline`."""

TimeZone = Annotated[
    tzinfo, ReadBy(readers.read(zone, "time-zone", "a time zone as `Europe/Berlin`"), {"type": "string"})
]
"""A time zone by its name."""

OneOrMany = Annotated[tuple[T, ...], Listed()]
"""One value, or a list of them."""
