"""The base models of all kinds of triggers and actions, and what they say about themselves.

Which kind a mapping in a file is: discriminator.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from pydantic import PrivateAttr

from automaton.core.calls import Signal
from automaton.core.events import FieldValue
from automaton.core.facts.kind import Fact, Kind
from automaton.core.happening import Happening
from automaton.core.pack import Pack
from automaton.core.ports import Listens
from automaton.core.rules.action import Memo, Progress
from automaton.core.rules.scene import StepScene
from automaton.expr.template import Template
from automaton.problem import FilePlace
from automaton.schema.base import ExpressionText, Strict
from automaton.schema.known_console import KnownConsole
from automaton.words_of_others import At


@dataclass(frozen=True, slots=True)
class Wants:
    """What a step may do, as far as the file tells.

    Signals, commands, channels that it writes to; `paths` of files, and whether an archive is unpacked beside
    them; `variables` of the egg; `reinstalls`. `permissions` are those of the Panel that it needs besides: a
    step that names some is done by a Panel alone.
    """

    signals: frozenset[Signal] = frozenset()
    commands: tuple[Template, ...] = ()
    channels: tuple[str, ...] = ()
    paths: tuple[Template, ...] = ()
    unpacks: bool = False
    variables: tuple[str, ...] = ()
    reinstalls: bool = False
    permissions: tuple[str, ...] = ()

    @property
    def changes_server(self) -> bool:
        """Whether it changes files, variables or the installation."""
        return bool(self.paths or self.variables or self.reinstalls)

    @property
    def acts(self) -> bool:
        """Whether a stranger must not set it off: it does more than tell somebody."""
        return bool(self.signals or self.commands or self.changes_server)


@dataclass(frozen=True, slots=True)
class KnownEvents:
    """The events there are, with their fields, and the fields that packs' prefixes add to each line.

    `patterns` are further names that `age` and `seen` take. `packs` are the games there are, by name,
    `consoles` what is known of their lines, and `facts` what they tell besides what every server has.
    """

    events: Mapping[str, frozenset[str]]
    prefix: frozenset[str]
    patterns: frozenset[str] = frozenset()
    packs: Mapping[str, Pack] = field(default_factory=dict)
    consoles: Mapping[str, KnownConsole] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class References:
    """The names in a trigger that are defined elsewhere, as they are written; each must be known."""

    events: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()

    def __or__(self, other: References) -> References:
        return References(
            self.events + other.events,
            self.rules + other.rules,
            self.hooks + other.hooks,
            self.facts + other.facts,
        )


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The kinds there are, by their YAML word."""

    triggers: Mapping[str, type[TriggerModel]]
    actions: Mapping[str, type[ActionModel]]


class Origin:
    """Where something is written. All are equal: a rule that moved in its file is still the same rule."""

    __slots__ = ("place",)

    def __init__(self, place: FilePlace) -> None:
        self.place = place

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Origin)

    def __hash__(self) -> int:
        return 0


class PlacedModel(Strict):
    """A model that knows where it is written."""

    _origin: Origin = PrivateAttr(default_factory=lambda: Origin(FilePlace("-")))
    _is_whole: bool = PrivateAttr(default=True)

    @property
    def is_whole(self) -> bool:
        """False for what is right of an entry with a mistake: a value of it is not known."""
        return self._is_whole

    @property
    def place(self) -> FilePlace:
        """The beginning of its mapping; the file `-` for what code made."""
        return self._origin.place


class TriggerModel(PlacedModel):
    """A kind of trigger. Its first field is named like its file: the YAML word."""

    keys_of: ClassVar[At | None] = At.TRIGGER_KEY

    where: ExpressionText | None = None

    def listens(self) -> Listens:
        """The patterns, events and facts that may make it match; it is asked about nothing else."""
        raise NotImplementedError

    def match(self, happening: Happening) -> Mapping[str, FieldValue] | None:
        """The fields of `it`, None where this is not what it waits for."""
        raise NotImplementedError

    @property
    def makes_up(self) -> bool:
        """Whether a scheduled moment that passed while automaton was down is made up."""
        return False

    def next_time(self, after: float, seed: str) -> float | None:
        """When the clock makes it match (core/ports.py); None, which most kinds say, is never."""
        return None

    def gives(self, known: KnownEvents) -> frozenset[str] | None:
        """The fields of `it` after a match; None where they cannot be known."""
        raise NotImplementedError

    def kinds(self, facts: Mapping[str, Fact]) -> Mapping[str, Kind]:
        """The kinds of its fields that have a unit, of which texts say so; `facts` are those there are."""
        return {}

    def refers(self) -> References:
        """The names in it that are defined elsewhere."""
        return References()

    def parts(self) -> tuple[TriggerModel, ...]:
        """The triggers inside it."""
        return ()


class ActionModel(PlacedModel):
    """A kind of action. Its own first field is named like its file: the YAML word."""

    keys_of: ClassVar[At | None] = At.ACTION_KEY

    verb: ClassVar[str]
    needs_lock: ClassVar[bool] = False
    keeps_lock: ClassVar[bool] = True
    hands_on: ClassVar[bool] = False

    @classmethod
    def needs_a_value(cls) -> bool:
        """Whether something must follow its word."""
        fields = cls.model_fields.items()
        return any(field.is_required() for name, field in fields if (field.alias or name) == cls.verb)

    def listens(self) -> Listens:
        """The patterns, events and facts that may wake the step while it waits."""
        return Listens()

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        """Begins the step, or continues it (core/rules/action.py)."""
        raise NotImplementedError

    def over_at(self, memo: Memo) -> float | None:
        """When it is over at the latest (core/rules/action.py); None where it rests until then."""
        return None

    def cleared(self, scene: StepScene, memo: Memo) -> Progress | None:
        """What undoes a running step when the incident clears (core/rules/action.py); None for nothing."""
        return None

    def wants(self) -> Wants:
        """What it may do, for the checks against automaton.yml."""
        return Wants()

    def urls(self) -> tuple[str, ...]:
        """The names in `http` of automaton.yml that it calls, as they are written."""
        return ()

    def programs(self) -> tuple[str, ...]:
        """The names in `exec` of automaton.yml that it runs, as they are written."""
        return ()

    def blocks(self) -> tuple[tuple[ActionModel, ...], ...]:
        """The lists of actions inside it."""
        return ()

    def changed(self, change: Callable[[ActionModel], ActionModel]) -> ActionModel:
        """A copy in which every step inside it is replaced by what `change` makes of it."""
        inside = {
            name: tuple(change(step) for step in value)
            for name in type(self).model_fields
            if _is_block(value := getattr(self, name))
        }
        return self.model_copy(update=inside) if inside else self


def _is_block(value: object) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], ActionModel)
