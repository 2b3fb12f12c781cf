"""A class whose methods are compiled late is the standard library's dataclass, to whoever looks."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from dataclasses import KW_ONLY, FrozenInstanceError, field, fields, replace
from typing import Any

import pytest

from automaton import late_dataclass


@late_dataclass.dataclass(frozen=True, slots=True)
class Late:
    """One of ours."""

    name: str
    _: KW_ONLY
    tags: list[str] = field(default_factory=list, compare=False)
    number: int = field(default=3, repr=False)
    doubled: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "doubled", self.number * 2)


@dataclasses.dataclass(frozen=True, slots=True)
class Usual:
    """The standard library's own, with the same fields."""

    name: str
    _: KW_ONLY
    tags: list[str] = field(default_factory=list, compare=False)
    number: int = field(default=3, repr=False)
    doubled: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "doubled", self.number * 2)


@late_dataclass.dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A class that is derived from."""

    at: float


@late_dataclass.dataclass(frozen=True, slots=True, kw_only=True)
class Derived(Base):
    """It has the fields of both, and its own way to be compared."""

    what: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Derived) and self.at == other.at


def said(do: Callable[[], object]) -> str:
    """What comes of it, or the error that it ends with; a class is called by the name of both."""
    try:
        return str(do()).replace("Usual", "Late")
    except (TypeError, FrozenInstanceError) as error:
        return f"{type(error).__name__}: {error}".replace("Usual", "Late")


USES: dict[str, Callable[[Any], object]] = {
    "made": lambda one: one("a", tags=["b"], number=5),
    "made without what is needed": lambda one: one(),
    "made with too much": lambda one: one("a", 5),
    "made with a word that is none": lambda one: one("a", nmber=5),
    "a number computed after it was made": lambda one: one("a").doubled,
    "equal": lambda one: (one("a", tags=["x"]) == one("a"), one("a") == one("b"), one("a") == "a"),
    "hashed": lambda one: hash(one("a", tags=["x"])) == hash(one("a")) != hash(one("a", number=4)),
    "replaced": lambda one: replace(one("a"), name="b").name,
    "copied": lambda one: (copy.copy(one("a")), copy.deepcopy(one("a", number=4)).number),
    "pickled": lambda one: pickle.loads(pickle.dumps(one("a", number=4))).number,
    "set": lambda one: setattr(one("a"), "name", "b"),
    "deleted": lambda one: delattr(one("a"), "name"),
    "slotted": lambda one: (one.__slots__, hasattr(one("a"), "__dict__")),
    "matched by place": lambda one: one.__match_args__,
    "its signature": lambda one: inspect.signature(one),
    "its fields": lambda one: [(found.name, found.type, found.kw_only) for found in fields(one)],
}


@pytest.mark.parametrize("use", USES)
def test_it_behaves_as_the_standard_library_s_dataclass(use: str) -> None:
    assert said(lambda: USES[use](Late)) == said(lambda: USES[use](Usual))


def test_a_derived_one_has_the_fields_of_both_and_keeps_the_methods_that_it_has() -> None:
    made = Derived(at=1.0, what="a")

    assert (repr(made), made == Derived(at=1.0), made == Derived(at=2.0)) == (
        "Derived(at=1.0, what='a')", True, False,
    )  # fmt: skip
    assert repr(Base(at=1.0)) == "Base(at=1.0)"


def test_a_method_is_compiled_at_its_first_call_and_once() -> None:
    @late_dataclass.dataclass(frozen=True, slots=True)
    class Once:
        """Not made yet."""

        name: str

    until_then = Once.__init__
    Once("a")
    compiled = Once.__init__
    Once("b")

    assert (until_then is compiled, Once.__init__ is compiled) == (False, True)


def test_its_signature_is_known_before_it_was_ever_made() -> None:
    @late_dataclass.dataclass(frozen=True, slots=True)
    class Never:
        """Not made."""

        name: str
        number: int = 3

    assert str(inspect.signature(Never)) == "(name: 'str', number: 'int' = 3) -> None"


def test_a_class_that_is_not_frozen_is_the_standard_library_s_to_make() -> None:
    with pytest.raises(TypeError, match=r"made by dataclasses\.dataclass"):
        late_dataclass.dataclass(frozen=False, slots=True)
