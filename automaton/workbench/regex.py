"""`automaton regex`: a pattern or a pack, tried on a console log."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import typer

from automaton.core.events import Profile, Source
from automaton.core.rules.rule import Rulebook
from automaton.errors import ConfigurationError, Refused
from automaton.match.pattern import Pattern, PatternError, compile_pattern
from automaton.packs.read import Packs, read_packs
from automaton.rulebook.book import build_book
from automaton.schema.nearest import nearest
from automaton.schema.problem import has_error
from automaton.workbench.console_log import lines_of
from automaton.workbench.fitting import Read, Reader, best_first
from automaton.workbench.regex_report import FEW, Shown, tell_fit, tell_pack, tell_search
from automaton.workbench.searching import Found, Search
from automaton.workbench.terminal import failure, plain

OK, FAILED, USAGE, CONFIGURATION_ERROR, INTERRUPTED = 0, 1, 2, 78, 130
PACK_FILES = frozenset({".yml", ".yaml"})
NEAR_ONES = 100  # lines that are looked at again for a hint


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the command line asks for. `what` is a pattern, a pack's name, or a pack's file."""

    file: Path
    what: str | None = None
    exclude: str | None = None
    pack: str | None = None
    shown: Shown = FEW


def regex(wanted: Wanted) -> int:
    """0 where something was found, 1 where nothing was; 2 where the pattern is none."""
    try:
        return _regex(wanted)
    except PatternError as problem:
        found = f": {problem.found}" if problem.found else ""
        advice = f"; use {problem.suggestion}" if problem.suggestion else ""
        typer.echo(plain(f"{problem.message}{found}{advice}"), err=True)
        return USAGE
    except ConfigurationError as problem:
        typer.echo(str(problem), err=True)
        return CONFIGURATION_ERROR
    except (Refused, OSError) as problem:
        typer.echo(plain(failure(problem)), err=True)
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED


def _regex(wanted: Wanted) -> int:
    packs = _packs(wanted)
    book = build_book((), packs, _untagged)
    if wanted.what is None:
        return _found(tell_fit(best_first(_read(wanted, packs, book, list(packs.by_name))), wanted.shown))
    name = _named(wanted.what, packs)
    if name is not None:
        return _found(tell_pack(_read(wanted, packs, book, [name])[0], wanted.shown))
    return _search(wanted, packs, book)


def _search(wanted: Wanted, packs: Packs, book: Rulebook) -> int:
    pattern = compile_pattern(wanted.what or "")
    exclude = compile_pattern(wanted.exclude) if wanted.exclude is not None else None
    pack = "" if wanted.pack is None else _named(wanted.pack, packs)
    if pack is None:
        near = nearest(wanted.pack or "", list(packs.by_name))
        raise Refused(f"there is no pack `{wanted.pack}`" + (f", did you mean `{near}`?" if near else ""))
    most = wanted.shown.most
    found = Search(pattern, exclude, book.index, pack).run(lines_of(wanted.file), max(most, NEAR_ONES))
    hint = "" if pack else _hint(found, pattern, book)
    return _found(tell_search(found, hint, wanted.shown))


def _found(count: int) -> int:
    return OK if count else FAILED


def _packs(wanted: Wanted) -> Packs:
    """The shipped packs, behind those whose files are named. Raises ConfigurationError."""
    paths = [Path(name) for name in (wanted.what, wanted.pack) if name]
    by_name, problems = read_packs([path for path in paths if _is_pack_file(path)])
    if has_error(problems):
        raise ConfigurationError(problems)
    return Packs(by_name)


def _is_pack_file(path: Path) -> bool:
    return path.suffix in PACK_FILES and path.is_file()


def _named(text: str, packs: Packs) -> str | None:
    """The pack that a text names, by itself or by its file; a file's pack stands first."""
    if _is_pack_file(Path(text)):
        return next(iter(packs.by_name))
    return text if text in packs.by_name else None


def _read(wanted: Wanted, packs: Packs, book: Rulebook, names: list[str]) -> list[Read]:
    readers = [
        Reader(name, packs.by_name[name].voice().events, book.index, wanted.shown.most) for name in names
    ]
    for line in lines_of(wanted.file):
        for reader in readers:
            reader.take(line)
    return [reader.read for reader in readers]


def _hint(found: Found, pattern: Pattern, book: Rulebook) -> str:
    """The commonest mistake: `^` before a text that stands behind the pack's prefix."""
    if found.matched.count:
        return ""
    best = (0, "")
    for name in book.packs:
        bodies = [book.index.hear(hit.text, Source.GAME, name).text for hit in found.missed.first]
        best = max(best, (sum(pattern.find(body) is not None for body in bodies), name))
    return (
        f"with `--pack {best[1]}`, which cuts its prefix off, near ones match: {best[0]}" if best[0] else ""
    )


def _untagged(_profile: Profile, _pack: str) -> frozenset[str]:
    return frozenset()
