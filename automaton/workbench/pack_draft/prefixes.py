"""What stands before each line: moments, levels, threads, loggers; by the forms in which they come."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

LEVELS = (
    "TRACE|DEBUG|INFO|INFORM|NOTICE|WARN|WARNING|ERROR|FATAL|SEVERE|CRITICAL|INF|WRN|ERR|DBG|VERBOSE|CONFIG"
    # Java's own, where the machine speaks another language
    "|INFORMATION|WARNUNG|SCHWERWIEGEND|INFORMATIONS|AVERTISSEMENT|GRAVE|INFORMACIÓN|ADVERTENCIA|INFORMAZIONI"
    "|AVVERTENZA|信息|警告|严重|情報|ИНФОРМАЦИЯ|ПРЕДУПРЕЖДЕНИЕ"
)
_DATE = r"\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4}|\d{1,2}[A-Z][a-z]{2}\d{4}"
_CLOCK = r"\d{1,2}[:.]\d{2}[:.]\d{2}(?:[.,:]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?"
_STAMP = rf"(?:(?:{_DATE})(?:T|[ _-]{{1,3}})(?:{_CLOCK})|{_CLOCK}|{_DATE})"
_BARE = re.compile(rf"{_STAMP}(?=[\s:\]|,])")
_LEVEL = re.compile(rf"(?:{LEVELS})(?=[\s:\]|])", re.IGNORECASE)
_UPTIME = re.compile(r"\d{1,9}\.\d{1,4}(?=\s)")
_SEPARATOR = re.compile(r": | {1,8}(?:[-|] {1,4})?")
_BRACKET = re.compile(r"\[([^\[\]]{0,80})\]")
_LOGGERS = re.compile(r"(?: ?\[[^\]]{0,80}\]){0,3}: ")
_LETTERS = "[TDIWEF]"
"""Levels that are one letter, which a sign encloses: `[I]`, `|W|`."""

_PIPED = re.compile(rf"\|({LEVELS}|{_LETTERS})\|", re.IGNORECASE)
_INSIDE = (
    ("stamp", re.compile(rf"{_STAMP} ?")),
    ("stamp level", re.compile(rf"({_STAMP})( )({LEVELS})", re.IGNORECASE)),
    ("level", re.compile(rf"({LEVELS}) ?", re.IGNORECASE)),
    ("level", re.compile(_LETTERS)),
    ("thread", re.compile(rf"[^\]]{{1,60}}/({LEVELS})", re.IGNORECASE)),
    ("count", re.compile(r" {0,6}\d{1,9}")),
)
MOST_FORMS = 4
LEAST_SHARE, LEAST_LINES = 0.02, 3
"""Of the lines with a prefix, as a share and by number. A form that is rarer may be somebody's words."""

LEAST_PREFIXED = 0.1
"""Of all lines: below it the game prints none, and some library does."""


@dataclass(frozen=True, slots=True)
class PrefixPiece:
    """A part of a prefix: its kind, and for a kind with a form of its own that form, as RE2."""

    kind: str
    form: str = ""


Form = tuple[PrefixPiece, ...]
BLANK = PrefixPiece("text", " ")
WORD = r"\pL+"


@dataclass(frozen=True, slots=True)
class Prefix:
    """`source` is RE2. `lines` had it, of so many in which it was looked for."""

    source: str
    lines: int
    of: int


def prefix_of(bodies: Iterable[str]) -> Prefix | None:
    """The prefix of most of these lines; None where there is none."""
    forms, total = Counter[Form](), 0
    for body in bodies:
        total += 1
        if form := form_of(body):
            forms[form] += 1
    having = forms.total()
    if not having or having < LEAST_PREFIXED * total:
        return None
    least = max(min(LEAST_LINES, having), LEAST_SHARE * having)
    common = [(form, count) for form, count in forms.most_common(MOST_FORMS) if count >= least]
    if not common:  # each of its own, such as moments in many forms
        return None
    if not _has_logger(common[0][0]):  # others are plugins' marks, and what players say may follow
        common = [(form, count) for form, count in common if not _has_logger(form)]
    return Prefix(_source([form for form, _ in common]), sum(count for _, count in common), total)


def form_of(body: str) -> Form:
    """The pieces of a line's prefix, with the blanks and signs between them; empty where it has none."""
    at, pieces = (
        (2, [PrefixPiece("text", "L ")]) if body.startswith("L ") and _BARE.match(body, 2) else (0, [])
    )
    while at < len(body) and len(pieces) < 16:
        found = _piece(body, at, pieces)
        if found is None:
            break
        piece, at = found
        pieces.append(piece)
        if piece.kind == "text" and ":" in piece.form:  # what comes behind is said
            break
    while pieces and pieces[-1].kind in ("stamp", "level", "uptime"):  # what ends without a blank is a word
        pieces.pop()
    return tuple(pieces) if any(piece.kind != "text" for piece in pieces) else ()


def _piece(body: str, at: int, before: list[PrefixPiece]) -> tuple[PrefixPiece, int] | None:
    if found := _BRACKET.match(body, at):
        piece = _inside(found[1]) or _logger(body, found.end(), before)
        return (piece, found.end()) if piece is not None else None
    if found := _BARE.match(body, at):
        return PrefixPiece("stamp", _digits(found[0])), found.end()
    if (found := _LEVEL.match(body, at)) and (before or body.startswith(":", found.end())):
        return PrefixPiece("level"), found.end()
    if before and (found := _PIPED.match(body, at)):
        return PrefixPiece("|level|"), found.end()
    if before and (found := _UPTIME.match(body, at)):
        return PrefixPiece("uptime", r"\d+\.\d+"), found.end()
    if before and before[-1].kind != "text" and (found := _SEPARATOR.match(body, at)):
        return PrefixPiece("text", _spaces(found[0])), found.end()
    return None


def _inside(text: str) -> PrefixPiece | None:
    """What a bracket holds."""
    for kind, pattern in _INSIDE:
        if found := pattern.fullmatch(text):
            match kind:
                case "stamp":
                    return PrefixPiece("[stamp]", _digits(text))
                case "stamp level":
                    return PrefixPiece("[stamp level]", _digits(found[1]))
                case "level":
                    return PrefixPiece("[level]", " ?" if text.endswith(" ") else "")
            return PrefixPiece(f"[{kind}]")
    return None


def _logger(body: str, end: int, before: list[PrefixPiece]) -> PrefixPiece | None:
    """Any word in a bracket, where brackets stand before it and a colon behind."""
    has_bracket = any(piece.kind.startswith("[") for piece in before)
    return PrefixPiece("[logger]") if has_bracket and _LOGGERS.match(body, end) else None


def _digits(stamp: str) -> str:
    return re.sub(
        r"[A-Z][a-z]{2}", "[A-Z][a-z]{2}", re.sub(r"\d+", r"\\d+", re.sub(r"([.+])", r"\\\1", stamp))
    )


def _spaces(text: str) -> str:
    return re.sub(r" {2,}", " +", text.replace("|", r"\|"))


def _source(forms: list[Form]) -> str:
    """One RE2 for all. The commonest has names for its parts; a logger that some lack is optional."""
    kin = [form for form in forms if _without_loggers(form) == _without_loggers(forms[0])]
    main = _regex_of(max(kin, key=len), set(), optional=len({len(form) for form in kin}) > 1)
    others = {_regex_of(form, {"time", "level", "thread", "logger"}) for form in forms if form not in kin}
    # A longer one first: the other may be its beginning.
    every = sorted([(len(forms[0]), main), *((other.count("["), other) for other in others)], reverse=True)
    return f"^(?:{'|'.join(text for _, text in every)})" if others else f"^{main}"


def _has_logger(form: Form) -> bool:
    return any(piece.kind == "[logger]" for piece in form)


def _without_loggers(form: Form) -> Form:
    kept: list[PrefixPiece] = []
    for piece in form:
        if piece.kind != "[logger]":
            kept.append(piece)
        elif kept and kept[-1] == BLANK:
            kept.pop()
    return tuple(kept)


def _regex_of(form: Form, taken: set[str], *, optional: bool = False) -> str:
    """A form as RE2; `taken` are the names of groups that may not be given again."""
    texts: list[str] = []
    for piece in form:
        text = _regex(piece, taken)
        if optional and piece.kind == "[logger]":
            blank = texts.pop() if texts and texts[-1] == " " else ""
            text = f"(?:{blank}{text})?"
        texts.append(text)
    return "".join(texts)


def _regex(piece: PrefixPiece, taken: set[str]) -> str:
    def group(name: str, inside: str) -> str:
        if name in taken:
            return inside
        taken.add(name)
        return f"(?P<{name}>{inside})"

    match piece.kind:
        case "stamp":
            return group("time", piece.form)
        case "level":
            return group("level", WORD)
        case "[stamp]":
            return rf"\[{group('time', piece.form)}\]"
        case "[stamp level]":
            return rf"\[{group('time', piece.form)} {group('level', WORD)}\]"
        case "|level|":
            return rf"\|{group('level', WORD)}\|"
        case "[level]":
            return rf"\[{group('level', WORD)}{piece.form}\]"
        case "[thread]":
            return rf"\[{group('thread', '[^]]+')}/{group('level', WORD)}\]"
        case "[count]":
            return r"\[ *\d+\]"
        case "[logger]":
            return rf"\[{group('logger', '[^]]*')}\]"
    return piece.form
