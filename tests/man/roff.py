"""Text, and Markdown as our pages use it, to what `man` reads: groff's `man` macros.

Markdown's headings, paragraphs, lists, tables and blocks of code; a row of a table is a term and its meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_INLINE = re.compile(
    r"`` ?(?P<quoted>.+?) ?``|`(?P<code>[^`]+)`|\*\*(?P<bold>.+?)\*\*|\[(?P<link>[^\]]+)\]\([^)]*\)"
)
_CELL_END = re.compile(r"(?<!\\)\|")


def escaped(text: str) -> str:
    """Text that groff prints as it stands, whatever it begins with; beyond ASCII by its number."""
    plain = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    plain = plain.replace("^", "\\(ha").replace("~", "\\(ti").replace('"', "\\(dq")
    plain = "".join(char if char < "\x7f" else f"\\[u{ord(char):04X}]" for char in plain)
    return "\\&" + plain if plain.startswith(".") else plain


def bold(text: str) -> str:
    """Text in bold."""
    return f"\\fB{escaped(text)}\\fR"


def inline(text: str) -> str:
    """A line of Markdown: code and bold in bold, links by their text."""
    made, at = "", 0
    for found in _INLINE.finditer(text):
        made += escaped(text[at : found.start()])
        at = found.end()
        if found["link"]:
            made += inline(found["link"])
        else:
            made += bold(found["quoted"] or found["code"] or re.sub("`", "", found["bold"] or ""))
    rest = escaped(text[at:])
    return made + (rest.removeprefix("\\&") if made else rest)


def title(name: str, section: int, version: str) -> list[str]:
    """The first lines of a page."""
    return [
        '.\\" Written by `make docs`: change what it is written from.',
        f'.TH {name} {section} "" "automaton {version}" "automaton"',
        ".nh",  # no word is broken: a key would look like another
        ".ds AD l",
        ".ad l",
    ]


def heading(text: str) -> list[str]:
    """A section."""
    return [f".SH {_argument(text.upper())}"]


def subheading(text: str) -> list[str]:
    """A section within one."""
    return [f".SS {_argument(text)}"]


def term(head: str, lines: Sequence[str]) -> list[str]:
    """A term, written in roff already, and what it means, where there is something to say."""
    return [".TP", head, *lines] if lines else [".PP", head]


def paragraph(text: str) -> list[str]:
    """A paragraph of Markdown."""
    return [".PP", inline(text)]


def code(lines: Sequence[str]) -> list[str]:
    """Lines that stay as they are."""
    return [".PP", ".RS 4", ".EX", *(escaped(line) or "\\&" for line in lines), ".EE", ".RE"]


def markdown(text: str) -> list[str]:
    """A page of Markdown below its title."""
    return list(_blocks(text.splitlines()))


def _blocks(lines: Sequence[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.lstrip().startswith("```"):
            end = next(n for n in range(at + 1, len(lines)) if lines[n].lstrip().startswith("```"))
            yield from code(lines[at + 1 : end])
            at = end + 1
        elif line.startswith("|"):
            end = next((n for n in range(at, len(lines)) if not lines[n].startswith("|")), len(lines))
            yield from _table(lines[at:end])
            at = end
        else:
            yield from _line(line)
            at += 1


def _line(line: str) -> list[str]:
    if found := re.match(r"(#+) +(.*)", line):
        match len(found[1]):
            case 1:
                return []
            case 2:
                return heading(re.sub("`", "", found[2]))
        return subheading(re.sub("`", "", found[2]))
    if found := re.match(r" *(?:[-*]|(\d+\.)) +(.*)", line):
        return [f".IP {_argument(found[1] or 'o')} 4", inline(found[2])]
    return paragraph(line.strip()) if line.strip() and not line.startswith("<!--") else []


def _table(lines: Sequence[str]) -> Iterator[str]:
    """A row of more than two cells has the last one's text below, and the others beside the first."""
    for line in lines[2:]:
        first, *others = [cell.strip().replace("\\|", "|") for cell in _CELL_END.split(line.strip("|"))]
        beside = f" ({inline('; '.join(one for one in others[:-1] if one))})" if any(others[:-1]) else ""
        yield from term(inline(first) + beside, [inline(others[-1])] if others and others[-1] else [])


def _argument(text: str) -> str:
    return f'"{escaped(text)}"'
