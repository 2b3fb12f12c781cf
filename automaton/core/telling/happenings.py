"""A happening as it goes to another engine, or into the journal until that has heard it, and back."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from automaton.core.engine_events import Match, ToldHappening, ToldLine
from automaton.core.events import Source, State
from automaton.core.happening import Happening, Heard


def told(happening: Happening, known: Container[str]) -> ToldHappening:
    """What happened, with those patterns of a line that are known where it is told."""
    heard, line = happening.heard, None
    if heard is not None:
        patterns = tuple(sorted(one for one in heard.patterns if one in known))
        line = ToldLine(
            text=heard.text, whole=heard.whole, source=heard.source, fields=heard.fields, patterns=patterns
        )
    return ToldHappening(
        name=happening.name, fields=happening.fields, line=line, was=happening.was, now=happening.now
    )


def heard(happening: ToldHappening) -> Happening:
    """The same, as triggers are offered it."""
    line, read = happening.line, None
    if line is not None:
        read = Heard(line.text, line.whole, line.source, line.fields, frozenset(line.patterns))
    return Happening(happening.name, happening.fields, read, happening.was, happening.now)


def dump_match(match: Match) -> dict[str, Any]:
    """Plain data, without its number."""
    return {
        "home": match.home, "rules": list(match.rules), "unseen": match.unseen,
        "happened": [_dump(one) for one in match.happened],
    }  # fmt: skip


def load_match(number: int, data: Mapping[str, Any]) -> Match:
    """Restores what `dump_match` returned."""
    happened = tuple(_load(one) for one in data["happened"])
    rules = tuple(map(str, data["rules"]))
    return Match(number=number, home=data["home"], rules=rules, happened=happened, unseen=data["unseen"])


def _dump(one: ToldHappening) -> dict[str, Any]:
    line = one.line
    return {
        "name": one.name, "fields": dict(one.fields),
        "was": None if one.was is None else one.was.value, "now": None if one.now is None else one.now.value,
        "line": None if line is None else {
            "text": line.text, "whole": line.whole, "source": line.source.value,
            "fields": dict(line.fields), "patterns": list(line.patterns),
        },
    }  # fmt: skip


def _load(data: Mapping[str, Any]) -> ToldHappening:
    line, was, now = data["line"], data["was"], data["now"]
    return ToldHappening(
        name=data["name"], fields=data["fields"],
        line=None if line is None else ToldLine(
            text=line["text"], whole=line["whole"], source=Source(line["source"]), fields=line["fields"],
            patterns=tuple(line["patterns"]),
        ),
        was=None if was is None else State(was), now=None if now is None else State(now),
    )  # fmt: skip
