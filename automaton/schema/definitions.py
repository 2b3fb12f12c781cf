"""What rule files define for each other: constants (`vars`, a macro's parameters) and macros.

A constant is used as a name in an expression, as `${name}` in a text, and as the whole value where a
duration, a size, a count, a truth or a name is read. It is substituted while the file is read, so nothing
later knows of it, and a rule with another constant is another rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from automaton.core.facts.kind import Fact, Kind
from automaton.did_you_mean import did_you_mean, nearest
from automaton.errors import Invalid
from automaton.expr.units import duration, size
from automaton.expr.value_kinds import with_article
from automaton.problem import FilePlace, Problem
from automaton.schema import nodes
from automaton.schema.invalid import Reported, invalid
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
"""Arguments with which a macro is checked though nothing calls it. The duration is long, so that the marks
of a countdown lie within it."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A kind, and the text that replaces the name where a whole value or a text names it."""

    kind: Kind
    text: str

    @property
    def source(self) -> str:
        """What replaces the name in an expression. Raises Invalid for a text that no quotes can hold."""
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
    """Steps with named parameters, whose kinds are in `params`.

    `is_right` is False once something is wrong with it by itself; `do` is None where it could not be read.
    A call of such a macro is not judged: that would tell the same problem again.
    """

    name: Scalar
    params: Mapping[str, Kind]
    do: nodes.Node | None
    is_right: bool = True


@dataclass(frozen=True, slots=True)
class Definitions:
    """Constants and macros by file, the facts of one's own, and what the call of a macro adds to them.

    `wrong` are the names of constants that could not be read: whoever names one is not blamed for it.

    `bound` are the arguments of the macro that is being expanded, `calling` the macros around it, the
    outermost first, and `room` how many steps calls may still become, shared by all of them.

    `fields` are those of the rule's match that have a unit, by the name that texts read, as `it.new`.
    """

    constants: Mapping[str, Mapping[str, Constant]] = field(default_factory=dict)
    macros: Mapping[str, Mapping[str, Macro]] = field(default_factory=dict)
    own_facts: Mapping[str, Fact] = field(default_factory=dict)
    wrong: frozenset[str] = frozenset()
    bound: Mapping[str, Constant] = field(default_factory=dict)
    calling: tuple[str, ...] = ()
    room: list[int] = field(default_factory=lambda: [MAX_STEPS])
    fields: Mapping[str, Fact] = field(default_factory=dict)

    def constants_at(self, value: object) -> Mapping[str, Constant]:
        """The constants that a value may name, by the file it is in."""
        of_file = self.constants.get(value.place.file, {}) if isinstance(value, Scalar) else {}
        return {**of_file, **self.bound} if self.bound else of_file

    def macros_at(self, value: object) -> Mapping[str, Macro]:
        """The macros that a value may call, by the file it is in."""
        return self.macros.get(value.place.file, {}) if isinstance(value, Scalar) else {}

    def inside(self, macro: str, bound: Mapping[str, Constant]) -> Definitions:
        """The same inside a macro that is called with these arguments."""
        return replace(self, bound=bound, calling=(*self.calling, macro))

    def facts_at(self, value: object) -> dict[str, Fact]:
        """The same constants, as the type check of expressions takes them."""
        known = {name: Fact(name, one.kind) for name, one in self.constants_at(value).items()}
        return {**{name: Fact(name, Kind.ANY) for name in self.wrong}, **known} if self.wrong else known


MAX_STEPS = 50_000
"""How many steps the calls in all rules may become: macros that call macros multiply."""


class SubstitutedScalar(Scalar):
    """A value in which constants were substituted. It knows where each of its characters came from."""

    __slots__ = ("origin", "pieces")

    origin: Scalar
    pieces: tuple[tuple[int, int, bool], ...]  # begin here, begin in the origin, is a constant

    @classmethod
    def over(
        cls, origin: Scalar, text: str, pieces: tuple[tuple[int, int, bool], ...] = ()
    ) -> SubstitutedScalar:
        """`text` in the place of `origin`. Without pieces all of it came from the first character there."""
        written = cls(text, origin.place, Style.PLAIN, text)
        written.origin = origin
        written.pieces = pieces or ((0, 0, True),)
        return written

    def at(self, offset: int) -> FilePlace:
        """Where it came from: for a constant, the place that names it."""
        begin, before, is_constant = max(piece for piece in self.pieces if piece[0] <= max(offset, 0))
        return self.origin.at(before if is_constant else before + offset - begin)


def whole_constant(value: object, definitions: Definitions | None) -> tuple[object, Constant | None]:
    """The constant, and its text, where a value is `${name}` and nothing else; the value itself otherwise."""
    if definitions is None or not isinstance(value, Scalar) or not (found := _WHOLE.fullmatch(value)):
        return value, None
    known = definitions.constants_at(value)
    if found[1] in definitions.wrong:
        raise Reported
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


def constant_of(value: Scalar) -> Constant:
    """A value of `vars` as a constant: text where it is quoted, otherwise of the kind it looks like."""
    if value.style is not Style.PLAIN:
        return Constant(Kind.TEXT, str(value))
    for kind in (Kind.TRUTH, Kind.NUMBER, Kind.PERCENT, Kind.DURATION, Kind.SIZE):
        if _is(str(value), kind):
            return Constant(kind, str(value))
    return Constant(Kind.TEXT, str(value))


def argument_of(value: Scalar, kind: Kind, name: str) -> Constant:
    """The argument of a macro. Raises Invalid where the value is of another kind."""
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
