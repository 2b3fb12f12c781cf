"""The text of a rule is the one that was loaded, and whether the file is another by now is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from trio.testing import MockClock

from automaton.daemon.services.rule_files import CHANGED, GONE
from tests.daemon.asking import asking

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


def add_to(file: str) -> None:
    with Path(file).open("a") as opened:
        opened.write("# more\n")


def remove(file: str) -> None:
    Path(file).unlink()


async def test_a_source_is_as_it_was_loaded_whatever_became_of_its_file(tmp_path: Path) -> None:
    async with asking(tmp_path) as (_, daemon):
        same = await daemon.rule_files.source("crashed")
        assert same is not None
        add_to(same.file)
        changed = await daemon.rule_files.source("crashed")
        remove(same.file)
        gone = await daemon.rule_files.source("crashed")
        nobody = await daemon.rule_files.source("nobody")

    assert changed is not None
    assert gone is not None
    assert same.text.splitlines()[same.line - 1].strip() == "- id: crashed"
    assert (same.changed, changed.changed, gone.changed, nobody) == ("", CHANGED, GONE, None)
    assert same.text == changed.text == gone.text


async def test_all_files_are_given_with_the_names_that_rules_may_use_and_nothing_else(tmp_path: Path) -> None:
    async with asking(tmp_path) as (_, daemon):
        files = await daemon.rule_files.files()

    assert any(name.endswith("desk.yml") for name in files.rules)
    assert "ops" in files.channels
    assert "url" not in repr(files.channels)
