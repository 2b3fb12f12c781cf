"""What automaton.yml chooses servers by has to be there, wherever in it that is."""

from __future__ import annotations

import pytest

from automaton.configuration.server_selectors import place_of_selector
from automaton.problem import FilePlace
from automaton.schema.selector import ServerSelector
from tests.configuration.stage import SETTINGS, Folder


@pytest.mark.parametrize(
    "key",
    [
        "limits: {arm: shadow, allow: [{servers: {tag: lap}, power: [stop]}]}",
        "query: [{servers: {tag: lap}, off: true}]",
        "web: {status: {groups: {Survival: {tag: lap}}}}",
        "limits: {arm: shadow, allow: [{servers: {not: {tag: lap}}, power: [stop]}]}",
    ],
)
def test_a_tag_that_there_is_not_is_warned_of_with_the_one_that_was_meant(folder: Folder, key: str) -> None:
    lines = [line for line in SETTINGS.splitlines() if line.partition(":")[0] != key.partition(":")[0]]
    folder.write("automaton.yml", "\n".join([*lines, key]))

    (problem,) = folder.load().problems
    assert (problem.code, problem.severity, problem.suggestion) == ("unknown-tag", "warning", "lab")
    assert (problem.line, problem.column) == (len(lines) + 1, key.index("lap") + 1)


def test_it_is_told_too_where_there_are_no_tags_at_all(folder: Folder) -> None:
    """Unlike in rules, which may be those that ship."""
    folder.write("automaton.yml", SETTINGS.replace("tags: {lab: [{node: lab}]}", ""))

    assert [one.code for one in folder.load().problems] == ["unknown-tag"]


def test_a_pack_that_there_is_not_is_warned_of(folder: Folder) -> None:
    folder.write("automaton.yml", SETTINGS.replace("{node: lab}", "{pack: minecrat}"))

    (problem,) = folder.load().problems
    assert (problem.code, problem.suggestion) == ("unknown-pack", "minecraft")


def test_all_servers_are_written_nowhere() -> None:
    assert place_of_selector(ServerSelector.EVERYTHING) == FilePlace("-")
