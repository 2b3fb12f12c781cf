"""The same value has the same fingerprint in each process and version; another value has another one."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

import pytest

from automaton.core.canonical import LENGTH, fingerprint_of_parts, fingerprint_of_value


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Typed(str):
    """A text with more to it, as what is read from a file knows its place."""


@dataclass(frozen=True)
class Notice:
    text: str
    place: str = field(default="", compare=False, repr=False)


KINDS: list[Callable[[object], str]] = [fingerprint_of_value, fingerprint_of_parts]
DIFFERENT = [
    1, "1", None, True, 2.5, Colour.RED, Colour.BLUE, "RED", (1, 2), (2, 1), (1,), [1], frozenset({1, 2}),
    {"a": 1}, {"a": 2}, {"b": 1}, Notice("x"), Notice("y"),
]  # fmt: skip

PRINTED = """
from automaton.core.canonical import fingerprint_of_parts, fingerprint_of_value
WORDS = frozenset({"join", "leave", "crash", "ready", "stop"})
print(fingerprint_of_value(WORDS), fingerprint_of_parts(WORDS))
"""


@pytest.mark.parametrize("fingerprint", KINDS)
def test_other_values_have_other_fingerprints(fingerprint: Callable[[object], str]) -> None:
    values = [value for value in DIFFERENT if fingerprint is fingerprint_of_parts or value != [1]]
    prints = [fingerprint(value) for value in values]

    assert len(set(prints)) == len(values)
    assert {len(one) for one in prints} == {LENGTH}


@pytest.mark.parametrize("fingerprint", KINDS)
def test_what_is_neither_compared_nor_shown_is_no_part_of_it(fingerprint: Callable[[object], str]) -> None:
    assert fingerprint(Notice("x", "rules.yml:1")) == fingerprint(Notice("x", "rules.yml:9"))


def test_a_text_that_knows_where_it_was_read_is_a_text() -> None:
    assert fingerprint_of_value(Typed("x")) == fingerprint_of_value("x")


def test_a_list_is_as_good_as_a_tuple() -> None:
    assert fingerprint_of_value([1, 2]) == fingerprint_of_value((1, 2))


def test_the_order_of_a_set_is_no_part_of_it() -> None:
    """It differs from process to process."""
    printed = {
        subprocess.run(
            [sys.executable, "-c", PRINTED], capture_output=True, text=True, check=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip

    assert len(printed) == 1


@pytest.mark.parametrize(
    "parts", [("crash", None, 3), (Colour.RED, frozenset({"a"}), frozenset()), ((1,), [2.5], Notice("x"))]
)
def test_memories_of_earlier_versions_know_parts_by_the_same(parts: tuple[object, ...]) -> None:
    """Theirs was the hash of what `repr` says."""
    assert fingerprint_of_parts(*parts) == hashlib.sha256(repr(parts).encode()).hexdigest()[:LENGTH]
