"""The report of a pattern or a pack on a log: for people, safe on a terminal, and as JSON for programs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import typer

from automaton.printable import say, say_json
from automaton.workbench.chat_form_report import form_data, show_forms
from automaton.workbench.chat_forms import ChatForm
from automaton.workbench.pack_fit import PackFit
from automaton.workbench.pattern_search import Hit, Hits, SearchResult
from automaton.workbench.terminal import columns, cut, has_colours, painted, plain, width_of

EVERY = sys.maxsize
ANSWER_PREFIX = "@"
"""The names of a pack's answers begin with it."""

MISSED = "lines have the text of the pattern and do not match"
ONE_MISSED = "line has the text of the pattern and does not match"
ONLY_WITH_FROM = "matched, but `console:` sees them only with `from:"


@dataclass(frozen=True, slots=True)
class ShowOptions:
    """How to show it: `most` lines of each kind."""

    most: int = 20
    as_json: bool = False


FEW = ShowOptions()


def report_search(found: SearchResult, hint: str, shown: ShowOptions) -> int:
    """Prints what a search found; how many lines matched."""
    if shown.as_json:
        _print_json(_search(found, hint, shown))
        return found.matched.count
    each = f", {found.seconds / found.lines * 1e6:.1f} µs a line" if found.lines else ""
    say(f"{found.matched.count:,} of {found.lines:,} lines matched{each}")
    _show("", found.matched, shown)
    _show("matched, and excluded by `--not`", found.excluded, shown)
    _show(f"{ONLY_WITH_FROM} chat`: players' words", found.chat, shown)
    _show(f"{ONLY_WITH_FROM} command`: players' commands", found.command, shown)
    _show(f"{ONLY_WITH_FROM} admin`: what operators' commands answered", found.admin, shown)
    _show(f"{ONLY_WITH_FROM} continuation`: behind a carriage return", found.unseen, shown)
    if found.has_literals:
        _show(MISSED if found.missed.count > 1 else ONE_MISSED, found.missed, shown)
    elif not found.matched.count:
        # RE2's filter looks for texts of three bytes and more: a shorter one is in too many lines.
        say("which lines it nearly matches cannot be told: the pattern requires no text of three characters")
    if hint:
        say(hint)
    return found.matched.count


def report_pack(read: PackFit, forms: Sequence[ChatForm], shown: ShowOptions, file: str = "") -> int:
    """Prints how one pack read the lines, and which look like people; how many of them it knew.

    `file` of the operator's tells of it, where there is one.
    """
    if shown.as_json:
        _print_json({**_read(read, shown), "people": [form_data(one) for one in forms]})
        return read.known
    say(f"pack {read.pack}: {read.lines:,} lines, the prefix was cut off {read.prefixed:,} of them")
    rows = [(source.value, f"{hits.count:,}", _first(hits)) for source, hits in read.of_people.items()]
    rows += [(event(name), f"{hits.count:,}", _first(hits)) for name, hits in read.events.items()]
    for line in columns([("WHAT", "LINES", "FIRST"), *rows], width=width_of(sys.stdout)):
        say(line)
    for source, hits in read.of_people.items():
        _show(f"{source.value}, which no `console:` sees without `from: {source.value}`", hits, shown)
    for name, hits in read.events.items():
        _show(event(name), hits, shown)
    show_forms(read, forms, file)
    return read.known


def report_best_fit(reads: Sequence[PackFit], shown: ShowOptions) -> int:
    """Prints which pack fits best; how many lines that one knew or cut a prefix off."""
    best = reads[0]
    if shown.as_json:
        _print_json({"packs": [_read(one, shown) for one in reads]})
        return best.known + best.prefixed
    if not best.known + best.prefixed:
        say(f"no pack knows any of {best.lines:,} lines")
        return 0
    say(f"{best.pack} fits best, of {best.lines:,} lines")
    rows = [
        (one.pack, f"{one.prefixed:,}", f"{one.typed:,}", f"{one.known - one.typed:,}")
        for one in reads
        if one.known + one.prefixed
    ]
    for line in columns([("PACK", "PREFIX", "PEOPLE", "EVENTS"), *rows], width=width_of(sys.stdout)):
        say(line)
    return best.known + best.prefixed


def event(name: str) -> str:
    """An event's name for people; answers have names of their own."""
    return f"answer to {name.removeprefix(ANSWER_PREFIX)}" if name.startswith(ANSWER_PREFIX) else name


def _show(head: str, hits: Hits, shown: ShowOptions) -> None:
    if not hits.count:
        return
    colours = has_colours(sys.stdout)
    if head:
        say(painted(f"{hits.count:,} {head}:", typer.colors.YELLOW, colours=colours))
    width = width_of(sys.stdout)
    for hit in hits.first[: shown.most]:
        say(cut(f"  {hit.number}: {plain(hit.text)}", width))
        for line in _captures(hit):
            say(cut(line, width))
    left = hits.count - min(shown.most, len(hits.first))
    if left and shown.most:
        say(f"  … {left:,} more, `--show 0` shows all")


def _captures(hit: Hit) -> Iterator[str]:
    for name, value in hit.captures.items():
        yield f"      it.{name} = {'unknown' if value is None else plain(str(value))}"


def _first(hits: Hits) -> str:
    return plain(hits.first[0].text) if hits.first else "-"


def _search(found: SearchResult, hint: str, shown: ShowOptions) -> dict[str, object]:
    kinds = ("matched", "excluded", "chat", "command", "admin", "unseen", "missed")
    return {
        "lines": found.lines,
        "seconds_a_line": found.seconds / found.lines if found.lines else None,
        "has_literals": found.has_literals,
        "hint": hint,
        **{kind: _hits(getattr(found, kind), shown) for kind in kinds},
    }


def _read(read: PackFit, shown: ShowOptions) -> dict[str, object]:
    return {
        "pack": read.pack,
        "lines": read.lines,
        "prefixed": read.prefixed,
        **{source.value: _hits(hits, shown) for source, hits in read.of_people.items()},
        "events": {event(name): _hits(hits, shown) for name, hits in read.events.items()},
    }


def _hits(hits: Hits, shown: ShowOptions) -> dict[str, object]:
    lines = [
        {"number": hit.number, "text": hit.text, "captures": dict(hit.captures)}
        for hit in hits.first[: shown.most]
    ]
    return {"count": hits.count, "lines": lines}


def _print_json(content: dict[str, object]) -> None:
    say_json(content)
