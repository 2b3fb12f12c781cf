"""What every kind of trigger and action is built on, and how one is told from another in a file.

Kinds that hold others (`if`, `wait`, `power`) name them by `AnyTrigger`, `Awaited` and `Steps`: which
kinds there are stands in the reading (rulebook/kinds.py finds them), so kinds never import each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Protocol, TypeVar

from pydantic import PrivateAttr, ValidationInfo
from pydantic_core import PydanticCustomError

from automaton.core.calls import Signal
from automaton.core.events import FieldValue
from automaton.core.happening import Happening
from automaton.core.ports import Listens
from automaton.core.progress import Memo, Progress
from automaton.core.scene import StepScene
from automaton.expr.expression import Expression
from automaton.expr.template import Template
from automaton.expr.units import UnitError, duration
from automaton.schema import nodes, readers
from automaton.schema.base import ExpressionText, Strict
from automaton.schema.mistake import TOLD, Mistake, Reading, mistake, told
from automaton.schema.names import whole
from automaton.schema.nearest import nearest
from automaton.schema.problem import Place, problem_at
from automaton.schema.readers import DEFINED, ReadBy, shape
from automaton.schema.scalar import Scalar
from automaton.schema.validate import fit_into


@dataclass(frozen=True, slots=True)
class Wants:
    """What a step may ask of the world, as far as it can be told when it is loaded."""

    signals: frozenset[Signal] = frozenset()
    commands: tuple[Template, ...] = ()
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a match may bring: the events there are with their fields, and the groups of packs' prefixes.

    `patterns` are what `age` and `seen` may name beside the events.
    """

    events: Mapping[str, frozenset[str]]
    prefix: frozenset[str]
    patterns: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Refers:
    """What a trigger names that stands elsewhere, as it is written: each must be known."""

    events: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()

    def __or__(self, other: Refers) -> Refers:
        return Refers(self.events + other.events, self.rules + other.rules, self.hooks + other.hooks)


class Origin:
    """Where something is written. Equal to any other: a rule that moved in its file is the same rule."""

    __slots__ = ("place",)

    def __init__(self, place: Place) -> None:
        self.place = place

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Origin)

    def __hash__(self) -> int:
        return 0


class Written(Strict):
    """A model that knows where it is written."""

    _origin: Origin = PrivateAttr(default_factory=lambda: Origin(Place("-")))

    @property
    def place(self) -> Place:
        return self._origin.place


class TriggerModel(Written):
    """A kind of trigger. Its first field is named like its file: the YAML word."""

    where: ExpressionText | None = None

    def listens(self) -> Listens:
        """What may make it match."""
        raise NotImplementedError

    def match(self, happening: Happening) -> Mapping[str, FieldValue] | None:
        """What becomes `it`, or None where this is not what it waits for."""
        raise NotImplementedError

    @property
    def makes_up(self) -> bool:
        """Whether a moment of the clock that nobody was there for is made up."""
        return False

    def next_time(self, after: float, seed: str) -> float | None:
        """When the clock makes it match: see core/ports.py. Never, for most kinds."""
        return None

    def gives(self, known: Knowledge) -> frozenset[str] | None:
        """The names that `it` has after a match; None where nobody can know them."""
        raise NotImplementedError

    def refers(self) -> Refers:
        """What it names that stands elsewhere."""
        return Refers()

    def parts(self) -> tuple[TriggerModel, ...]:
        """The triggers that it is made of."""
        return ()


class ActionModel(Written):
    """A kind of action. Its first field is named like its file: the YAML word."""

    verb: ClassVar[str]
    needs_hand: ClassVar[bool] = False

    def listens(self) -> Listens:
        """What may wake the step while it waits."""
        return Listens()

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        """Begins the step, or goes on with it: see core/ports.py."""
        raise NotImplementedError

    def cleared(self, scene: StepScene, memo: Memo) -> Progress | None:
        """What undoes the step when the incident clears while it is going: see core/ports.py."""
        return None

    def wants(self) -> Wants:
        """What it may ask of the world."""
        return Wants()

    def urls(self) -> tuple[str, ...]:
        """The addresses of automaton.yml that it calls, as they are written."""
        return ()

    def programs(self) -> tuple[str, ...]:
        """The programs of automaton.yml that it runs, as they are written."""
        return ()

    def blocks(self) -> tuple[tuple[ActionModel, ...], ...]:
        """The lists of actions that stand inside this one."""
        return ()

    def changed(self, change: Callable[[ActionModel], ActionModel]) -> ActionModel:
        """The same with each step inside it changed."""
        inside = {
            name: tuple(change(step) for step in value)
            for name in type(self).model_fields
            if _is_block(value := getattr(self, name))
        }
        return self.model_copy(update=inside) if inside else self


def _is_block(value: object) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], ActionModel)


Kind = TypeVar("Kind", TriggerModel, ActionModel, covariant=True)


class Catalogue(Protocol):
    """The kinds there are, by their YAML word."""

    triggers: Mapping[str, type[TriggerModel]]
    actions: Mapping[str, type[ActionModel]]


def _reading(info: ValidationInfo) -> Reading:
    assert isinstance(info.context, Reading)
    return info.context


def _catalogue(reading: Reading) -> Catalogue:
    kinds: Catalogue = reading.kinds  # type: ignore[assignment]  # the reading carries it unread
    return kinds


def _trigger(value: object, info: ValidationInfo) -> object:
    if isinstance(value, TriggerModel):
        return value
    reading = _reading(info)
    return _fitted(reading, value, _kind_of(value, _catalogue(reading).triggers, "trigger"))


def _action(value: object, reading: Reading) -> ActionModel:
    kinds = _catalogue(reading)
    if isinstance(value, Scalar) and not value.is_null:  # a bare word, as `end`
        node = nodes.Mapping(value.place)
        node[value] = Scalar("", value.place)
        model = _kind_of(node, kinds.actions, "action")
        if model.model_fields[next(iter(model.model_fields))].is_required():
            message = f"`{value}` needs a value"
            raise mistake("no-value", message, value, expected=f"`{value}: …` as a mapping")
        return model()
    return _fitted(reading, value, _kind_of(value, kinds.actions, "action"))


def _steps(value: object, info: ValidationInfo) -> object:
    return value if isinstance(value, tuple) else read_steps(value, _reading(info))


def read_steps(value: object, reading: Reading) -> tuple[ActionModel, ...]:
    """A list of actions, or one. Raises where one is wrong; their mistakes are in the reading then."""
    if not isinstance(value, nodes.Sequence | nodes.Mapping | Scalar):
        raise mistake("wrong-shape", "a list of actions is expected here", found=shape(value))
    items: Iterable[nodes.Node] = value if isinstance(value, nodes.Sequence) else [value]
    steps, failed = [], False
    for item in items:
        try:
            steps.append(_action(item, reading))
        except PydanticCustomError as error:
            failed = True
            if not reading.partial:
                _note(reading, error, item)
    if failed and not reading.partial:
        raise told()
    return tuple(steps)


def _awaited(value: object, info: ValidationInfo) -> object:
    """A duration, a trigger, or an expression: told apart by their shape."""
    if isinstance(value, float | Expression | TriggerModel):
        return value
    if isinstance(value, nodes.Mapping):
        return _trigger(value, info)
    value, _ = whole(value, readers.names_of(info))
    if isinstance(value, Scalar) and _LIKE_A_DURATION.match(value):
        try:
            return duration(str(value))
        except UnitError as error:
            raise mistake("duration", error.message, value, suggestion=error.suggestion) from None
    return readers.expression(value, info)


_LIKE_A_DURATION = re.compile(r"\s*\d+(\.\d+)?\s*([a-zA-Zµ]+\s*(\d+\s*[a-zA-Z]+\s*)*)?$")


def _note(reading: Reading, error: PydanticCustomError, item: nodes.Node) -> None:
    """Keeps the mistake of one step, so that those of the others are told as well."""
    said = (error.context or {}).get("mistake")
    if error.type == TOLD or not isinstance(said, Mistake):
        return
    reading.problems.append(
        problem_at(
            said.place or item.place, said.code, said.message,
            found=said.found, expected=said.expected, suggestion=said.suggestion,
        )
    )  # fmt: skip


def _kind_of(value: object, kinds: Mapping[str, type[Kind]], what: str) -> type[Kind]:
    """The kind that a mapping's keys name: exactly one."""
    if not isinstance(value, nodes.Mapping):
        raise mistake(
            "wrong-shape",
            f"{_an(what)} is a mapping",
            value,
            found=shape(value),
            suggestion=_meant(value, what),
        )
    named = [key for key in value if key in kinds]
    # A kind may have a key that is another kind's word: `countdown` has its own `say`.
    leading = [key for key in named if all(one == key or one in kinds[key].known_keys() for one in named)]
    if len(leading) == 1:
        return kinds[leading[0]]
    if named:
        both = " and ".join(f"`{key}`" for key in named)
        raise mistake("two-kinds", f"{both} are two {what}s: each stands in an entry of its own", named[1])
    first = next(iter(value), None)
    near = nearest(first, list(kinds)) if first is not None else None
    did_you_mean = f", did you mean `{near}`?" if near else ""
    message = f"unknown {what} `{first}`{did_you_mean}" if first is not None else f"an empty {what}"
    expected = "" if near else ", ".join(f"`{word}`" for word in kinds)
    raise mistake("unknown-kind", message, first, offset=0, expected=expected, suggestion=near or "")


def _meant(value: object, what: str) -> str:
    """What a trigger was to be that is no mapping: several, or an event by its bare name."""
    if what != "trigger":
        return ""
    if isinstance(value, nodes.Sequence):
        return "any: […]"
    return f"{{event: {value}}}" if isinstance(value, Scalar) and not value.is_null else ""


def _fitted(reading: Reading, value: object, model: type[Kind]) -> Kind:
    assert isinstance(value, nodes.Mapping)
    found = fit_into(reading, value, model)
    if found is None:
        raise told()
    found._origin = Origin(value.place)
    return found


def _an(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


AnyTrigger = Annotated[TriggerModel, ReadBy(_trigger, {DEFINED: "trigger"})]
"""One trigger of any kind."""

Steps = Annotated[tuple[ActionModel, ...], ReadBy(_steps, {DEFINED: "steps"})]
"""A list of actions, or one."""

Awaited = Annotated[float | Expression | TriggerModel, ReadBy(_awaited, {DEFINED: "awaited"})]
"""A duration in seconds, an expression, or a trigger."""
