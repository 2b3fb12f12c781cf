"""Whatever a console prints is a line that rules may match, in linear time, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hostile.world import World, world

pytestmark = pytest.mark.xdist_group("hostile-lines")

RULES = r"""
rules:
  - id: greedy
    when: {console: '^(a+)+$'}
    do: [{send: "say greedy"}]
"""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("lines"), RULES, servers=["lobby"]) as made, made.running():
        yield made


def test_nested_repeats_against_many_letters_are_judged_in_linear_time(here: World) -> None:
    lobby = here["lobby"]
    lobby.prints("a" * 4000 + "!", "a" * 28)

    assert here.commands(lobby) == ["say greedy"]
