"""The value of `simulate --process`: a program of this machine to run as a game server.

`name=civ,cmd=/usr/games/freeciv-server -p 5556,user=nobody,stop=quit,done=Now accepting`
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass

KEYS = {
    "name": "the server's name",
    "cmd": "the program and its arguments, split as by a shell",
    "stop": "the command that ends it, or `^C`, `SIGINT`, `SIGTERM`",
    "done": "a text of the line that says it is up, or `regex:` and an expression",
    "user": "as whom it runs",
    "memory": "its limit in MiB",
}
# A double quote means something only as the first letter of a value; within, two of them are one.
PAIR = re.compile(r'\s*([^=,]*)=(?:"((?:[^"]|"")*)"|((?!")[^,]*))(?:,|$)')
NEEDED = ("name", "cmd", "stop", "done")


class ProgramError(Exception):
    """A program that cannot be run as described; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramSpec:
    """A program to run. An empty `user` is the simulator's own; `memory` is in MiB, 0 for all there is."""

    name: str
    command: tuple[str, ...]
    stop: str
    done: str
    user: str = ""
    memory: int = 0


def read_all(texts: Sequence[str], find: Callable[[str], str | None]) -> list[ProgramSpec]:
    """As `read`, for several with different names."""
    specs = [read(text, find) for text in texts]
    names = [spec.name for spec in specs]
    for name in names:
        if names.count(name) > 1:
            raise ProgramError(f"`name`: two programs are called `{name}`")
    return specs


def read(text: str, find: Callable[[str], str | None]) -> ProgramSpec:
    """A program from `key=value` pairs with commas between them; a value with a comma in double quotes.

    `find` gives the path of an executable, None where there is none. Raises ProgramError.
    """
    given = _pairs(text)
    for key in NEEDED:
        if not given.get(key):
            raise ProgramError(f"`{key}` is missing: {KEYS[key]}")
    if "/" in given["name"] or not given["name"].strip("."):
        raise ProgramError(f"`name` names its folder too: `{given['name']}` cannot")
    _check_expression(given["done"])
    return ProgramSpec(
        name=given["name"],
        command=_command(given["cmd"], find),
        stop=given["stop"],
        done=given["done"],
        user=given.get("user", ""),
        memory=_mebibytes(given.get("memory", "")),
    )


def _pairs(text: str) -> dict[str, str]:
    given: dict[str, str] = {}
    place = 0
    while place < len(text):
        found = PAIR.match(text, place)
        if found is None:
            rest = text[place:]
            raise ProgramError(f"`{rest}` is no `key=value`; put a value with a comma in double quotes")
        key, quoted, plain = found.groups()
        if key not in KEYS:
            raise ProgramError(f"unknown key `{key}`, there are {', '.join(KEYS)}")
        if key in given:
            raise ProgramError(f"`{key}` stands twice")
        given[key] = plain if quoted is None else quoted.replace('""', '"')
        place = found.end()
    return given


def _command(text: str, find: Callable[[str], str | None]) -> tuple[str, ...]:
    try:
        program, *arguments = shlex.split(text) or [""]
    except ValueError as problem:
        raise ProgramError(f"`cmd` cannot be split as by a shell: {problem}".lower()) from None
    path = find(program)
    if path is None:
        raise ProgramError(f"`cmd`: there is no program `{program}` that can be run")
    return path, *arguments


def _check_expression(done: str) -> None:
    try:
        re.compile(done.removeprefix("regex:") if done.startswith("regex:") else "")
    except re.error as problem:
        raise ProgramError(f"`done` is no expression: {problem}") from None


def _mebibytes(text: str) -> int:
    if text and not (text.isdecimal() and int(text) > 0):
        raise ProgramError(f"`memory` is a whole number of MiB, not `{text}`")
    return int(text or 0)
