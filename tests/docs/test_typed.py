"""Which commands of the pages a test runs, and that the list of those that none runs is of today."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import PAGES, ROOT, blocks, text_of
from tests.docs.typed import ELSEWHERE, NOT_RUN, commands_of, is_typed, pages_to_type, split, why_not

TYPED = [command for page in PAGES for command in commands_of(page)]


def test_a_command_is_a_line_with_all_that_belongs_to_it() -> None:
    script = "# first\nx y |\n  z\na --b \\\n  --c 'd'   # why\ncat > f <<'END'\nx: y\n\nz\nEND\n\ne && f\n"

    assert list(split(script)) == [
        "x y |\n  z",
        "a --b \\\n  --c 'd'   # why",
        "cat > f <<'END'\nx: y\n\nz\nEND",
        "e && f",
    ]


@pytest.mark.parametrize("begins", NOT_RUN)
def test_no_reason_not_to_run_a_command_is_of_the_past(begins: str) -> None:
    assert any(re.match(begins, command) for command in TYPED)


def test_what_is_not_typed_has_its_reason() -> None:
    assert [command for command in TYPED if not is_typed(command) and not why_not(command)] == []


@pytest.mark.parametrize(
    "command", ["sudo apt purge automaton", "rm -rf x", "automaton logs | sh", "curl x | sh"]
)
def test_what_may_change_the_machine_is_never_typed(command: str) -> None:
    assert not is_typed(command)


@pytest.mark.parametrize("page", ELSEWHERE)
def test_a_part_that_another_test_types_is_there_and_that_test_names_the_page(page: str) -> None:
    begins, ends, test = ELSEWHERE[page]
    _, begun, rest = text_of(page).partition(begins)

    assert (bool(begun), ends in rest) == (True, True)
    assert page in (ROOT / test).read_text(encoding="utf-8")


@pytest.mark.parametrize("test", sorted(set(re.findall(r"tests/[\w/]+\.py", " ".join(NOT_RUN.values())))))
def test_a_test_that_types_what_no_test_types_here_is_there(test: str) -> None:
    assert (ROOT / test).is_file()


@pytest.mark.parametrize("page", PAGES)
def test_no_command_stands_in_a_fence_that_shows_what_comes(page: str) -> None:
    shown = "".join(inside for kind, inside in blocks(text_of(page)) if kind not in ("sh", ""))

    assert re.findall(r"(?m)^(?:\$ )?(?:sudo|curl|automaton|systemctl|apt|docker|podman) .*$", shown) == []


def test_most_pages_with_commands_are_typed() -> None:
    assert {"README.md", "docs/operating.md", "docs/channels.md"} <= {*pages_to_type()}
