"""`automaton pack new`: proposes a pack from consoles, as text on stdout or in a new file."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path

from automaton.errors import AutomatonError, Invalid, Refused
from automaton.printable import say, say_json
from automaton.schema.readers import slug
from automaton.workbench.console_log import STDIN, read_lines
from automaton.workbench.exit_code import FAILED, INTERRUPTED, OK, exit_code_of
from automaton.workbench.pack_draft.draft import JOINED, Draft, Study, study
from automaton.workbench.pack_draft.egg import NO_EGG, read_egg
from automaton.workbench.pack_draft.roles import Sureness
from automaton.workbench.pack_draft.written import WORDS_OF, written
from automaton.workbench.progress_line import counting_line
from automaton.workbench.terminal import failure, plain

UNNAMED = "mine"
LOOKED_FOR = (
    "joins and leaves are known by words such as `joined` and `left`, `connected` and `disconnected`, in"
    " lines that differ in a name and come by turns; longer logs of several people tell more"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOptions:
    """The command line. Without a name the egg's or the first log's is taken."""

    logs: Sequence[Path]
    name: str | None = None
    egg: Path | None = None
    output: Path | None = None
    as_json: bool = False


def pack_new(options: NewOptions) -> int:
    """0 where something was found, 1 where nothing was, or where a file is in the way."""
    try:
        egg = read_egg(options.egg) if options.egg is not None else NO_EGG
        name = slug(options.name) if options.name is not None else _name_for(egg.name, options.logs)
        if options.output is not None and options.output.exists():
            raise Refused(f"there is {options.output} already, and it stays as it is: name another file")
        draft = _read(options.logs).draft(egg)
        return _given(draft, name, options)
    except Invalid as problem:
        meant = f", such as `{problem.problem.suggestion}`" if problem.problem.suggestion else ""
        say(plain(f"`--name {options.name}`: {problem.problem.message}{meant}"), err=True)
        return exit_code_of(problem)
    except (AutomatonError, OSError) as problem:
        say(plain(failure(problem)), err=True)
        return exit_code_of(problem)
    except KeyboardInterrupt:
        return INTERRUPTED


def _read(logs: Sequence[Path]) -> Study:
    read = [partial(read_lines, path) for path in logs]
    with counting_line("lines") as step:
        return study(read, again=[path != STDIN for path in logs], step=step)


def _given(draft: Draft, name: str, options: NewOptions) -> int:
    text = written(draft, name)
    if options.output is not None:
        with options.output.open("x", encoding="utf-8") as file:
            file.write(text)
    if options.as_json:
        say_json(_data(draft, name, text))
    elif options.output is None:
        say(text, nl=False)
    for line in _told(draft, name, options.output):
        say(line, err=True)
    return OK if draft.parts else FAILED


def _told(draft: Draft, name: str, output: Path | None) -> list[str]:
    told = [f"left out: {one}" for one in draft.left_out]
    if files("automaton.packs").joinpath(f"{name}.yml").is_file():
        told.append(
            f"a pack `{name}` ships with automaton, whose place this one takes: give it another `--name`, or"
            f" write what that one lacks into a file with `extends: {name}`"
        )
    if not draft.parts:
        return [
            *told,
            f"no line of {draft.lines:,} tells of a start, of people or of their words: {LOOKED_FOR}",
        ]
    unsure = [part.key for part in draft.parts if part.sureness is Sureness.UNSURE]
    if unsure:
        told.append(f"as comments alone, for it is not sure of them: {', '.join(unsure)}")
    elif not draft.of(JOINED):
        told.append(f"no joins were found: {LOOKED_FOR}")
    if output is None:
        return told
    parts = ", ".join(dict.fromkeys(part.key for part in draft.parts if part.key not in unsure)) or "a prefix"
    return [*told, f"{output} has {parts}: read it over, then try it by `automaton pack test {output}`"]


def _data(draft: Draft, name: str, text: str) -> dict[str, object]:
    parts = [
        {
            "key": part.key,
            "pattern": part.source,
            "sure": WORDS_OF[part.sureness],
            "why": part.why,
            "printed_besides": list(part.others),
        }
        for part in draft.parts
    ]
    return {
        "name": name,
        "lines": draft.lines,
        "prefix": draft.prefix.source if draft.prefix is not None else None,
        "parts": parts,
        "left_out": list(draft.left_out),
        "text": text,
    }


def _name_for(egg: str, logs: Sequence[Path]) -> str:
    for text in (egg, logs[0].stem):
        with suppress(Invalid):
            return slug(
                "-".join("".join(char if char.isalnum() else " " for char in text.lower()).split())[:64]
            )
    return UNNAMED
