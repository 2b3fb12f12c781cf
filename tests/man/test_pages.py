"""The manual is what the helps, the schema and the page of the rules say now, and `man` takes it."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from automaton.cli.main import names
from automaton.settings.model import Settings
from tests.man.pages import FOLDER, pages

PAGES = pages()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_current(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name], "`make docs` writes it anew"


def test_there_are_no_others() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_of_macros_that_man_knows(name: str) -> None:
    """Also where there is no groff."""
    known = {
        ".TH",
        ".SH",
        ".SS",
        ".PP",
        ".TP",
        ".IP",
        ".RS",
        ".RE",
        ".EX",
        ".EE",
        ".nh",
        ".ad",
        ".ds",
        '.\\"',
    }
    lines = PAGES[name].splitlines()
    used = [line.split()[0] for line in lines if line.startswith((".", "'"))]

    assert set(used) <= known
    assert used.count(".EX") == used.count(".EE")
    assert used.count(".RS") == used.count(".RE")
    assert PAGES[name].isascii()


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
@pytest.mark.parametrize("name", PAGES)
def test_groff_renders_a_page_without_a_warning(name: str) -> None:
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", "-P-cbou"], input=PAGES[name], capture_output=True, text=True,
        timeout=60, check=True,
    )  # fmt: skip

    assert done.stderr == ""
    assert "NAME" in done.stdout.splitlines()[2]


def test_the_manual_of_the_command_has_every_command_and_every_example() -> None:
    assert [
        name for name in names() if f'.SS "automaton {name}'.replace("-", "\\-") not in PAGES["automaton.1"]
    ] == []
    assert "automaton history \\-\\-verdict fired \\-n 20" in PAGES["automaton.1"]


def test_the_manual_of_automaton_yml_has_every_key() -> None:
    assert [key for key in Settings.known_keys() if f"\\fB{key}:\\fR" not in PAGES["automaton.yml.5"]] == []
