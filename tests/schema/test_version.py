"""A file of another version is told what changed, or that it is from the future, and nothing else."""

from __future__ import annotations

import pytest

from automaton.schema.nodes import read_all
from automaton.schema.version import PACKS, RULES, SETTINGS, FileFormat

THIRD = FileFormat("rule files", 3, {1: "`quiet` is a window", 2: "`x` is `y`"})


def told(text: str, form: FileFormat = THIRD) -> list[str]:
    node, _ = read_all(text, "a.yml")
    assert node is not None
    return [f"{one.code} {one}" for one in form.problems(node)]


@pytest.mark.parametrize(
    "text", ["rules: []", "version: 3\nrules: []", "[]", "version: {a: 1}", "version: one"]
)
def test_a_file_of_this_version_or_of_none_is_judged_by_its_keys(text: str) -> None:
    assert told(text) == []


def test_a_file_of_an_older_version_is_told_all_that_changed_since_and_what_to_write() -> None:
    assert told("rules: []\nversion: 1") == [
        "older-version a.yml:2:10: error: since version 1: `quiet` is a window; write `version: 3`",
        "older-version a.yml:2:10: error: since version 2: `x` is `y`; write `version: 3`",
    ]
    assert len(told("version: 2")) == 1


def test_a_file_of_a_newer_version_is_refused_by_its_number() -> None:
    assert told("version: 4") == [
        "newer-version a.yml:1:10: error: this file is of version 4, and this automaton reads rule files up"
        " to version 3: a newer automaton reads it"
    ]


@pytest.mark.parametrize("form", [SETTINGS, RULES, PACKS, THIRD], ids=lambda form: form.files)
def test_every_older_version_says_what_changed(form: FileFormat) -> None:
    assert sorted(form.changed) == list(range(1, form.current))
