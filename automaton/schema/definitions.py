"""Names that a rule file gives: constants (`vars`, a macro's parameters), and where each is known.

A constant stands in an expression as a name, in a text as `${name}`, and as the whole value where a
duration, a size, a count, a truth or a name is read. It is written in before anything is judged, so
nobody behind the reading knows of it, and a rule with another constant is another rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from automaton.core.vocabulary import Fact, Kind
from automaton.did_you_mean import did_you_mean, nearest
from automaton.errors import Invalid
from automaton.expr.units import duration, size
from automaton.expr.value_kinds import with_article
from automaton.problem import FilePlace, Problem
from automaton.schema import nodes
from automaton.schema.invalid import invalid
from automaton.schema.scalar import Scalar, Style

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WHOLE = re.compile(r"\s*\$\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\s*")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_PERCENT = re.compile(r"-?[0-9]+(\.[0-9]+)?%")

KINDS = (Kind.DURATION, Kind.TEXT, Kind.NUMBER, Kind.SIZE, Kind.PERCENT, Kind.TRUTH)
"""What a constant can be."""

EXAMPLES = {
    Kind.DURATION: "5m",
    Kind.TEXT: "text",
    Kind.NUMBER: "1",
    Kind.SIZE: "1GiB",
    Kind.PERCENT: "50%",
    Kind.TRUTH: "true",
}
"""A value of each kind, for people."""

SAMPLES = {**EXAMPLES, Kind.DURATION: "24h"}
"""With these a macro is read before anybody calls it: a long time, for there are marks on the way."""


@dataclass(frozen=True, slots=True)
class Constant:
    """`text` is what it is as the whole of a value, or inside of a text."""

    kind: Kind
    text: str

    @property
    def source(self) -> str:
        """As an expression writes it. Raises Invalid for a text that none can write."""
        if self.kind is not Kind.TEXT:
            return f"({self.text})" if self.text.startswith("-") else self.text.replace(" ", "")
        if "${" in self.text:
            raise Invalid(Problem("a text with `${…}` in it stands in texts only"))
        for quote in ('"', "'"):
            if quote not in self.text:
                return f"{quote}{self.text}{quote}"
        raise Invalid(Problem("a text with both kinds of quotes in it stands in texts only"))


@dataclass(slots=True, eq=False)
class Macro:
    """`params` are the kinds of its parameters by name. `is_right`: nothing is wrong with it by itself.

    Without `do` it could not be read: what calls it is not judged.
    """

    name: Scalar
    params: Mapping[str, Kind]
    do: nodes.Node | None
    is_right: bool = True


@dataclass(frozen=True, slots=True)
class Definitions:
    """What is known in which file, and what a macro's call adds to it.

    `bound` are the parameters of the macro that is being read, `calling` the macros that it is read for,
    and `room` is what is left of the steps that calls may make, shared by all of them.
    """

    constants: Mapping[str, Mapping[str, Constant]] = field(default_factory=dict)
    macros: Mapping[str, Mapping[str, Macro]] = field(default_factory=dict)
    bound: Mapping[str, Constant] = field(default_factory=dict)
    calling: tuple[str, ...] = ()
    room: list[int] = field(default_factory=lambda: [MOST_STEPS])

    def constants_at(self, value: object) -> Mapping[str, Constant]:
        """The constants that are known where a value stands."""
        of_file = self.constants.get(value.place.file, {}) if isinstance(value, Scalar) else {}
        return {**of_file, **self.bound} if self.bound else of_file

    def macros_at(self, value: object) -> Mapping[str, Macro]:
        """The macros that are known where a value stands."""
        return self.macros.get(value.place.file, {}) if isinstance(value, Scalar) else {}

    def inside(self, macro: str, bound: Mapping[str, Constant]) -> Definitions:
        """The same, for the steps of a macro."""
        return replace(self, bound=bound, calling=(*self.calling, macro))

    def facts_at(self, value: object) -> dict[str, Fact]:
        """The constants as names with their kinds."""
        return {name: Fact(one.kind) for name, one in self.constants_at(value).items()}


MOST_STEPS = 50_000
"""Steps that macros may become in all the rules: macros that call macros multiply."""


class SubstitutedScalar(Scalar):
    """A value in which constants were written in. It knows where each of its characters came from."""

    __slots__ = ("origin", "pieces")

    origin: Scalar
    pieces: tuple[tuple[int, int, bool], ...]  # begin here, begin in the origin, a constant

    @classmethod
    def over(
        cls, origin: Scalar, text: str, pieces: tuple[tuple[int, int, bool], ...] = ()
    ) -> SubstitutedScalar:
        """`text` in the place of `origin`. Without pieces all of it came from the origin's begin."""
        written = cls(text, origin.place, Style.PLAIN, text)
        written.origin = origin
        written.pieces = pieces or ((0, 0, True),)
        return written

    def at(self, offset: int) -> FilePlace:
        begin, before, is_constant = max(piece for piece in self.pieces if piece[0] <= max(offset, 0))
        return self.origin.at(before if is_constant else before + offset - begin)


def whole(value: object, names: Definitions | None) -> tuple[object, Constant | None]:
    """The constant's text where a value is `${name}` and nothing else; the value itself otherwise."""
    if names is None or not isinstance(value, Scalar) or not (found := _WHOLE.fullmatch(value)):
        return value, None
    known = names.constants_at(value)
    if found[1] not in known:
        near = nearest(found[1], known)
        raise invalid(
            "unknown-name",
            f"unknown name `{found[1]}`{did_you_mean(near)}",
            value,
            expected="" if near else "a name of `vars`, or a parameter",
            suggestion=f"${{{near}}}" if near else "",
        )
    return SubstitutedScalar.over(value, known[found[1]].text), known[found[1]]


def by_look(value: Scalar) -> Constant:
    """A constant of `vars`: what is written in quotes is text, all else is what it looks like."""
    if value.style is not Style.PLAIN:
        return Constant(Kind.TEXT, str(value))
    for kind in (Kind.TRUTH, Kind.NUMBER, Kind.PERCENT, Kind.DURATION, Kind.SIZE):
        if _is(str(value), kind):
            return Constant(kind, str(value))
    return Constant(Kind.TEXT, str(value))


def of_kind(value: Scalar, kind: Kind, name: str) -> Constant:
    """A macro's parameter. Raises a mistake where the value is of another kind."""
    if kind is Kind.TEXT or _is(str(value), kind):
        return Constant(kind, str(value))
    message = f"`{name}` is {with_article(kind)}"
    raise invalid("parameter", message, value, expected=f"{with_article(kind)} as `{EXAMPLES[kind]}`")


def _is(text: str, kind: Kind) -> bool:
    match kind:
        case Kind.TRUTH:
            return text in ("true", "false")
        case Kind.NUMBER:
            return _NUMBER.fullmatch(text) is not None
        case Kind.PERCENT:
            return _PERCENT.fullmatch(text) is not None or _NUMBER.fullmatch(text) is not None
        case Kind.DURATION:
            return _parses(duration, text)
        case _:
            return _parses(size, text)


def _parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except Invalid:
        return False
    return True
