"""The pages for operators, and what stands in their fences."""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "rules/README.md", "systemd/README.md", "automaton/simulator/README.md",
         *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")))  # fmt: skip
_HERE_DOCUMENT = re.compile(r"^cat > (\S+) <<'END'\n(.*?)^END$", re.DOTALL | re.MULTILINE)
_OPERATORS = set("();<>|&")


def text_of(page: str) -> str:
    """The page, by its path from the root."""
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """Each fence of a page in its order, also an indented one: its kind, and what is in it."""
    kind, inside = None, list[str]()
    for line in text.splitlines(keepends=True):
        mark, _, said = line.strip().partition("```")
        if mark or not line.strip().startswith("```"):
            inside.append(line)
        elif kind is None:
            kind, inside = said, []
        else:
            yield kind, textwrap.dedent("".join(inside))
            kind = None


def fences(text: str, *kinds: str) -> list[str]:
    """What stands in fences of these kinds."""
    return [inside for kind, inside in blocks(text) if kind in kinds]


def yamls(page: str) -> list[str]:
    """Every YAML that a page shows or has its reader write into a file ending in `.yml`."""
    text = text_of(page)
    return fences(text, "yaml") + [inside for name, inside in files(text).items() if name.endswith(".yml")]


def files(text: str) -> dict[str, str]:
    """The files that a page has its reader write."""
    return dict(_HERE_DOCUMENT.findall(text))


def commands(text: str) -> Iterator[list[str]]:
    """The words of each `automaton …` that a page has its reader type, without what the shell takes."""
    for fence in fences(text, "sh", ""):
        for line in _HERE_DOCUMENT.sub("", fence).replace("\\\n", " ").splitlines():
            for words in _parts(line):
                while words and (words[0] == "sudo" or re.match(r"[A-Z_]+=", words[0])):
                    words = words[1:]
                if words[:1] == ["automaton"]:
                    yield words[1:]


def _parts(line: str) -> Iterator[list[str]]:
    """The line's commands; what stands behind a `>` is none."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    try:
        words = list(lexer)
    except ValueError:  # a text of several lines in quotes: no command of ours is written so
        return
    for is_operator, some in groupby(words, key=lambda one: set(one) <= _OPERATORS):
        if not is_operator:
            yield list(some)
