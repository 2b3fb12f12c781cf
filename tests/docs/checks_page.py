"""The codes on docs/checks.md, each with what to do: `make docs` writes them.

What stands under a code is in check_examples.yml; what `check` says of it is asked of the program here.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

from automaton.workbench.problem_codes import CODES, GROUPS
from tests.docs.check_examples import Entry, entries, said_of

PATH = Path(__file__).parents[2] / "docs" / "checks.md"
BEGIN, END = "<!-- checks begin -->\n", "<!-- checks end -->"


def with_codes(page: str) -> str:
    """The page with all groups between its marks."""
    before, _, rest = page.partition(BEGIN)
    return before + BEGIN + "".join(section for _, section in sections()) + END + rest.partition(END)[2]


def sections() -> Iterator[tuple[str, str]]:
    """Each group of codes: its title, and what the page says of it."""
    by_code = {one.code: one for one in entries()}
    for title, codes in GROUPS.items():
        told = ("\n" + "\n".join(_told(by_code[code])) + "\n" for code in codes)
        yield title, f"## {title}\n{''.join(told)}\n"


def _told(entry: Entry) -> Iterator[str]:
    yield f"### `{entry.code}`\n"
    about = CODES[entry.code]
    yield f"{about[0].upper()}{about[1:]}."
    if entry.wrong:
        yield f"\n```text\n{_message(entry)}\n```"
        yield f"\n```diff\n{changed(entry)}```"
    if entry.do:
        yield f"\n{entry.do}"


def _message(entry: Entry) -> str:
    with tempfile.TemporaryDirectory() as folder:
        said = said_of(entry, entry.wrong, Path(folder))
    return next(one.line for one in said if one.code == entry.code)


def changed(entry: Entry) -> str:
    """The wrong file and the right one in each other, as a diff without its head."""
    old, new = (text.splitlines(keepends=True) for text in (entry.wrong, entry.right))
    return "".join(list(unified_diff(old, new, n=len(old)))[3:])


if __name__ == "__main__":
    PATH.write_text(with_codes(PATH.read_text(encoding="utf-8")), encoding="utf-8")
