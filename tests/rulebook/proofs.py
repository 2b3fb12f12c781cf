"""Which test proves which word of the language: proofs.yml as the page tests/README.md.

    python -m tests.rulebook.proofs

writes the page. proofs.yml names a test by its name alone, with its class where it has one and with its
file (`test_wait::`) where another file has a test of the same name; where it is, is found here. So a test
that moves with its file needs no edit, only this command. Nor does a new fact: what is not named there is
proven by the test that reads each fact.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import yaml

from automaton.core.facts.table import EVERY_FACT, SERVER_FACTS

TESTS = Path(__file__).parents[1]
PROOFS_FILE = Path(__file__).with_name("proofs.yml")
PAGE_FILE = TESTS / "README.md"
NOT_WORDS = "How it all goes together"
"""The section whose rows are sentences; the rows of the others are words of the language."""

HEAD = """\
# What proves the language

Each word of [the rule language](../rules/README.md), and the tests that prove it, below this folder: \
`FILE::TEST`. No word is missing, none is too many, and every test is there.

Written by `make proofs` from [rulebook/proofs.yml](rulebook/proofs.yml); not edited by hand.
"""
_DEFINED = re.compile(r"^(?:class (Test\w*)|( *)(?:async )?def (test_\w+))", re.MULTILINE)
_NAMED = re.compile(r"(?:(test_\w+)::)?((?:Test\w*::)?test_\w+)(\[.+\])?")

Table = Mapping[str, Mapping[str, tuple[str, ...]]]
"""By the title of a section and the first cell of a row: the names of the tests."""


@cache
def read_proofs() -> Table:
    """proofs.yml as it is written, with a row for each fact that has none there."""
    content = yaml.safe_load(PROOFS_FILE.read_text(encoding="utf-8"))
    tables = {
        title: {str(cell): tuple(names) for cell, names in rows.items()} for title, rows in content.items()
    }
    tables["Facts"] |= {name: (_reading(name),) for name in EVERY_FACT if name not in tables["Facts"]}
    return tables


def words_of(cell: str) -> list[str]:
    """The words of a row: `http method, http json` are two."""
    return cell.split(", ")


def parameter_of(name: str) -> str:
    """What stands in brackets behind a test's name, or nothing."""
    found = _NAMED.fullmatch(name)
    return found[3][1:-1] if found is not None and found[3] else ""


def id_of(name: str) -> str:
    """`FILE::TEST`, as pytest takes it below tests/. Raises LookupError where there is not exactly one."""
    found = _NAMED.fullmatch(name)
    if found is None:
        raise LookupError(f"`{name}` is no name of a test")
    stem, test, parameter = found.groups()
    everywhere = _files_by_test().get(test, [])
    files = [file for file in everywhere if stem is None or Path(file).stem == stem]
    if len(files) != 1:
        where = ", ".join(everywhere) or "no file"
        raise LookupError(f"`{name}` is in {where}; of several, name one as `test_file::{test}`")
    return f"{files[0]}::{test}{parameter or ''}"


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_sections()])


def _sections() -> Iterator[str]:
    for title, rows in read_proofs().items():
        yield f"## {title}\n"
        yield f"| {'what' if title == NOT_WORDS else 'word'} | proven by |\n|---|---|"
        for cell, names in rows.items():
            first = cell if title == NOT_WORDS else ", ".join(f"`{word}`" for word in words_of(cell))
            yield f"| {first} | {', '.join(f'`{id_of(name)}`' for name in names)} |"
        yield ""


def _reading(fact: str) -> str:
    """The test that reads this fact in a rule."""
    test = "test_a_rule_reads_the_fact" if fact in SERVER_FACTS else "test_a_rule_reads_of_its_incident"
    return f"{test}[{fact}]"


@cache
def _files_by_test() -> Mapping[str, list[str]]:
    """Where each test is, those in classes as `TestIt::test_that`."""
    files: dict[str, list[str]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        inside = ""
        for class_, indent, test in _DEFINED.findall(path.read_text(encoding="utf-8")):
            inside = class_ or (inside if indent else "")
            if test:
                files[f"{inside}::{test}" if inside else test].append(str(path.relative_to(TESTS)))
    return files


if __name__ == "__main__":
    PAGE_FILE.write_text(page(), encoding="utf-8")
