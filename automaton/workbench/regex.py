"""`automaton regex`: tries a pattern or a pack on a console log."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from os.path import realpath
from pathlib import Path

from automaton.core.events import Profile, Source
from automaton.core.rules.rule import Rulebook
from automaton.did_you_mean import SURE, did_you_mean, nearest
from automaton.errors import ConfigurationError, Invalid, Refused
from automaton.match.line_reader import LineReader
from automaton.match.pattern import Pattern, compile_pattern
from automaton.match.repeat_cost import costly_repeat
from automaton.packs.load import SHIPPED, Packs, read_packs
from automaton.packs.model import PackFile
from automaton.printable import say
from automaton.problem import has_error
from automaton.rulebook.book import build_book
from automaton.settings.usual_paths import USUAL_FILE
from automaton.workbench.chat_forms import chat_forms
from automaton.workbench.chat_heads import ChatHeads
from automaton.workbench.console_log import read_lines
from automaton.workbench.exit_code import CONFIGURATION_ERROR, FAILED, INTERRUPTED, OK, USAGE, exit_code_of
from automaton.workbench.pack_fit import PackFit, PackReader, best_first
from automaton.workbench.pattern_search import PatternSearch, SearchResult
from automaton.workbench.regex_report import FEW, ShowOptions, report_best_fit, report_pack, report_search
from automaton.workbench.terminal import failure, plain

PACK_FILES = frozenset({".yml", ".yaml"})
_MAY_BE_A_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MOST_NEAR = 100  # lines that missed and are tried again for the hint


@dataclass(frozen=True, slots=True, kw_only=True)
class RegexOptions:
    """The command line. `what` is a pattern, or a pack's name or file; None: which pack fits best?

    The packs are those beside the rules of `config`, of the usual file without it, and those that ship.
    """

    file: Path
    what: str | None = None
    exclude: str | None = None
    pack: str | None = None
    config: Path | None = None
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
    _tell_refused(pattern, exclude)
    pack = "" if options.pack is None else _named(options.pack, packs)
    if pack is None:
        near = nearest(options.pack or "", list(packs.by_name))
        raise Refused(f"there is no pack `{options.pack}`" + (f", did you mean `{near}`?" if near else ""))
    most = options.shown.most
    found = PatternSearch(pattern, exclude, book.index, pack).run(
        read_lines(options.file), max(most, MOST_NEAR)
    )
    hint = "" if pack else _hint(found, pattern, book) or _no_such_pack(found, packs, options)
    return _exit_code(report_search(found, hint, options.shown))


def _tell_refused(*patterns: Pattern | None) -> None:
    """Warns only: a log is no line that was made to hold a daemon up."""
    for one in patterns:
        if one is not None and (problem := costly_repeat(one.source)) is not None:
            refused = f"`automaton check` refuses `{one.source}`: {problem.message}; use {problem.expected}"
            say(plain(f"warning: {refused}"), err=True)


def _fit(options: RegexOptions, packs: Packs, book: Rulebook, name: str) -> int:
    """Reports how one pack reads the log, and which lines look like people; how many lines it knew."""
    heads = ChatHeads()
    (read,) = _read(options, packs, book, [name], heads)
    events = (hit.text for hits in read.events.values() for hit in hits.first)
    forms = chat_forms(heads, packs.by_name[name].names, events)
    return report_pack(read, forms, options.shown, _own_file(options, packs.by_name[name]))


def _exit_code(count: int) -> int:
    return OK if count else FAILED


def _packs(options: RegexOptions) -> Packs:
    """The shipped packs, behind those of packs.d and those whose files are named. Raises ConfigurationError.

    Who names no automaton.yml is not kept from their log by the usual one: what is wrong there is told.
    """
    named = [path for name in (options.what, options.pack) if name and _is_pack_file(path := Path(name))]
    config = options.config or (USUAL_FILE if _is_there(USUAL_FILE) else None)
    if config is not None:
        from automaton.configuration.load import load_packs  # it brings the settings

        packs, problems = load_packs(config, os.environ, tests=False, also=named)
        if not has_error(problems):
            return packs
        if options.config is not None:
            raise ConfigurationError(problems)
        say(f"note: packs.d was not read, for {config} has mistakes: `automaton check` tells them", err=True)
    by_name, problems = read_packs(named)
    if has_error(problems):
        raise ConfigurationError(problems)
    return Packs(by_name)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # in a folder of root's alone
        return False


def _is_pack_file(path: Path) -> bool:
    return path.suffix in PACK_FILES and path.is_file()


def _named(text: str, packs: Packs) -> str | None:
    """The pack that a text names: by itself, or by a file that tells of it or adds to it."""
    if not _is_pack_file(Path(text)):
        return text if text in packs.by_name else None
    meant = realpath(text)
    found = (name for name, pack in packs.by_name.items() for file in pack.files if realpath(file) == meant)
    return next(found, None)


def _own_file(options: RegexOptions, pack: PackFile) -> str:
    """The operator's file that tells of a pack, the one that was named before any other; "" without one."""
    if options.what is not None and _is_pack_file(Path(options.what)):
        return options.what
    return next((file for file in pack.files if not file.startswith(SHIPPED)), "")


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
    """About the commonest mistakes: `^` before a text behind a pack's prefix, or the prefix in a pattern."""
    if found.matched.count:
        return _deaf_hint([hit.text for hit in found.matched.first], pattern, book)
    near: dict[str, int] = {}
    for name in book.packs:
        bodies = [book.index.hear(hit.text, Source.GAME, name).text for hit in found.missed.first]
        near[name] = sum(pattern.find(body) is not None for body in bodies)
    most = max(near.values(), default=0)
    if not most:
        return ""
    packs = " or ".join(f"`--pack {name}`" for name in sorted(near) if near[name] == most)
    return f"with {packs}, which cuts its prefix off, near ones match: {most}"


def _deaf_hint(lines: Sequence[str], pattern: Pattern, book: Rulebook) -> str:
    """About packs with which the lines that matched do not, for their prefix is cut off all of them."""
    cut: dict[str, int] = {}
    for name in sorted(book.packs):
        bodies = [book.index.hear(line, Source.GAME, name).text for line in lines]
        length = min((len(line) - len(body) for line, body in zip(lines, bodies, strict=True)), default=0)
        if length > 0 and not any(pattern.find(body) is not None for body in bodies):
            cut[name] = length
    if not cut:
        return ""
    most = max(cut.values())  # others cut a part of what is this game's
    packs = " or ".join(f"`--pack {name}`" for name, length in cut.items() if length == most)
    return (
        f"with {packs}, which cuts the prefix off, none of these match: a rule's pattern sees what stands"
        " behind it"
    )


def _no_such_pack(found: SearchResult, packs: Packs, options: RegexOptions) -> str:
    """About a word that may be meant for a pack's name: for it is almost one, or is in no line."""
    word = options.what or ""
    if not _MAY_BE_A_NAME.fullmatch(word):
        return ""
    names = list(packs.by_name)
    # Many words of a log are a little like some pack: of one that was found, the likeness has to be great.
    near = did_you_mean(nearest(word, names, cutoff=SURE) if found.matched.count else nearest(word, names))
    if found.matched.count and not near:
        return ""
    where = "" if options.config else "; those of your packs.d are read by `-c automaton.yml`"
    return f"a pattern was looked for, since no pack is called `{word}`{near or where}"


def _untagged(_profile: Profile, _pack: str) -> frozenset[str]:
    return frozenset()
