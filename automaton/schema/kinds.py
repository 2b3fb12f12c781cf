"""What every kind of trigger and action is built on, and what the cross-checks may ask of one.

Kinds that hold others (`if`, `wait`, `power`) name them by the forward references `AnyTrigger` and
`Steps`; rulebook/kinds.py resolves them once all kinds are found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from automaton.core.calls import Signal
from automaton.core.events import FieldValue
from automaton.core.happening import Happening
from automaton.core.ports import Action, Listens, Trigger
from automaton.core.progress import Memo, Progress
from automaton.core.scene import StepScene
from automaton.expr.template import Template
from automaton.schema.base import ExpressionText, Strict

AnyTrigger = Trigger
Steps = tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Wants:
    """What a step may ask of the world, as far as it can be told when it is loaded."""

    signals: frozenset[Signal] = frozenset()
    commands: tuple[Template, ...] = ()
    channels: frozenset[str] = frozenset()


class TriggerModel(Strict):
    """A kind of trigger. Its first field is named like its file: the YAML word."""

    where: ExpressionText | None = None

    def listens(self) -> Listens:
        raise NotImplementedError

    def match(self, happening: Happening) -> Mapping[str, FieldValue] | None:
        raise NotImplementedError

    def gives(self) -> frozenset[str] | None:
        """The names that `it` has after a match, None where they are not known when loaded."""
        raise NotImplementedError


class ActionModel(Strict):
    """A kind of action. Its first field is named like its file: the YAML word."""

    verb: ClassVar[str]
    needs_hand: ClassVar[bool] = False

    def listens(self) -> Listens:
        """What may wake the step while it waits."""
        return Listens()

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        raise NotImplementedError

    def wants(self) -> Wants:
        return Wants()

    def blocks(self) -> tuple[Steps, ...]:
        """The lists of actions that stand inside this one."""
        return ()
