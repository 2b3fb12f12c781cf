"""`automaton regex`: tries a pattern or a pack on a console log."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from automaton.core.events import Profile, Source
from automaton.core.rules.rule import Rulebook
from automaton.did_you_mean import nearest
from automaton.errors import ConfigurationError, Invalid, Refused
from automaton.match.line_reader import LineReader
from automaton.match.pattern import Pattern, compile_pattern
from automaton.packs.load import Packs, read_packs
from automaton.printable import say
from automaton.problem import has_error
from automaton.rulebook.book import build_book
from automaton.workbench.chat_forms import chat_forms
from automaton.workbench.chat_heads import ChatHeads
from automaton.workbench.console_log import read_lines
from automaton.workbench.exit_code import CONFIGURATION_ERROR, FAILED, INTERRUPTED, OK, USAGE, exit_code_of
from automaton.workbench.pack_fit import PackFit, PackReader, best_first
from automaton.workbench.pattern_search import PatternSearch, SearchResult
from automaton.workbench.regex_report import FEW, ShowOptions, report_best_fit, report_pack, report_search
from automaton.workbench.terminal import failure, plain

PACK_FILES = frozenset({".yml", ".yaml"})
MOST_NEAR = 100  # lines that missed and are tried again for the hint


@dataclass(frozen=True, slots=True, kw_only=True)
class RegexOptions:
    """The command line. `what` is a pattern, or a pack's name or file; None: which pack fits best?"""

    file: Path
    what: str | None = None
    exclude: str | None = None
    pack: str | None = None
    shown: ShowOptions = FEW


def regex(options: RegexOptions) -> int:
    """0 where something was found, 1 where nothing was; 2 where the pattern has a mistake."""
    try:
        return _regex(options)
    except Invalid as error:
        found = f": {error.problem.found}" if error.problem.found else ""
        advice = f"; use {error.problem.expected}" if error.problem.expected else ""
        say(plain(f"{error.problem.message}{found}{advice}"), err=True)
        return USAGE
    except ConfigurationError as problem:
        say(str(problem), err=True)
        return CONFIGURATION_ERROR
    except (Refused, OSError) as problem:
        say(plain(failure(problem)), err=True)
        return exit_code_of(problem)
    except KeyboardInterrupt:
        return INTERRUPTED


def _regex(options: RegexOptions) -> int:
    packs = _packs(options)
    every_fact = {name: pack.console_format() for name, pack in packs.by_name.items()}
    book = replace(build_book((), packs, _untagged), index=LineReader((), every_fact))
    if options.what is None:
        return _exit_code(
            report_best_fit(best_first(_read(options, packs, book, list(packs.by_name))), options.shown)
        )
    name = _named(options.what, packs)
    if name is not None:
        return _exit_code(_fit(options, packs, book, name))
    return _search(options, packs, book)


def _search(options: RegexOptions, packs: Packs, book: Rulebook) -> int:
    pattern = compile_pattern(options.what or "")
    exclude = compile_pattern(options.exclude) if options.exclude is not None else None
    pack = "" if options.pack is None else _named(options.pack, packs)
    if pack is None:
        near = nearest(options.pack or "", list(packs.by_name))
        raise Refused(f"there is no pack `{options.pack}`" + (f", did you mean `{near}`?" if near else ""))
    most = options.shown.most
    found = PatternSearch(pattern, exclude, book.index, pack).run(
        read_lines(options.file), max(most, MOST_NEAR)
    )
    hint = "" if pack else _hint(found, pattern, book)
    return _exit_code(report_search(found, hint, options.shown))


def _fit(options: RegexOptions, packs: Packs, book: Rulebook, name: str) -> int:
    """Reports how one pack reads the log, and which lines look like people; how many lines it knew."""
    heads = ChatHeads()
    (read,) = _read(options, packs, book, [name], heads)
    events = (hit.text for hits in read.events.values() for hit in hits.first)
    forms = chat_forms(heads, packs.by_name[name].names, events)
    return report_pack(read, forms, options.shown)


def _exit_code(count: int) -> int:
    return OK if count else FAILED


def _packs(options: RegexOptions) -> Packs:
    """The shipped packs, behind those whose files are named. Raises ConfigurationError."""
    paths = [Path(name) for name in (options.what, options.pack) if name]
    by_name, problems = read_packs([path for path in paths if _is_pack_file(path)])
    if has_error(problems):
        raise ConfigurationError(problems)
    return Packs(by_name)


def _is_pack_file(path: Path) -> bool:
    return path.suffix in PACK_FILES and path.is_file()


def _named(text: str, packs: Packs) -> str | None:
    """The pack that a text names, by itself or by its file. Those of files come before the shipped ones."""
    if _is_pack_file(Path(text)):
        return next(iter(packs.by_name))
    return text if text in packs.by_name else None


def _read(
    options: RegexOptions, packs: Packs, book: Rulebook, names: list[str], heads: ChatHeads | None = None
) -> list[PackFit]:
    readers = [
        PackReader(name, packs.by_name[name].console_format().names, book.index, options.shown.most, heads)
        for name in names
    ]
    for line in read_lines(options.file):
        for reader in readers:
            reader.read_line(line)
    return [reader.fit for reader in readers]


def _hint(found: SearchResult, pattern: Pattern, book: Rulebook) -> str:
    """About the commonest mistake: `^` before a text that comes after the pack's prefix."""
    if found.matched.count:
        return ""
    near: dict[str, int] = {}
    for name in book.packs:
        bodies = [book.index.hear(hit.text, Source.GAME, name).text for hit in found.missed.first]
        near[name] = sum(pattern.find(body) is not None for body in bodies)
    most = max(near.values(), default=0)
    if not most:
        return ""
    packs = " or ".join(f"`--pack {name}`" for name in sorted(near) if near[name] == most)
    return f"with {packs}, which cuts its prefix off, near ones match: {most}"


def _untagged(_profile: Profile, _pack: str) -> frozenset[str]:
    return frozenset()
