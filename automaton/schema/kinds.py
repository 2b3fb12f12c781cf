"""What every kind of trigger and action is built on. How one is told from another: schema/kind_of.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from pydantic import PrivateAttr

from automaton.core.calls import Signal
from automaton.core.events import FieldValue
from automaton.core.happening import Happening
from automaton.core.ports import Listens
from automaton.core.rules.action import Memo, Progress
from automaton.core.rules.scene import StepScene
from automaton.expr.template import Template
from automaton.schema.base import ExpressionText, Strict
from automaton.schema.problem import Place


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
