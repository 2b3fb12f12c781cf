"""What a pack can do, as words; and all that its files tell, as a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from automaton.match.pattern import Pattern
from automaton.packs.model import PackFile
from automaton.packs.query_model import QueryModel
from automaton.packs.questions import QuestionModel
from automaton.packs.spoken import PrefixWords
from automaton.packs.told_facts import ToldFactModel
from automaton.workbench.pack_draft.written import quoted
from automaton.workbench.terminal import folded, plain

SHIPPED = "packs/"
"""Begins the name of a file of the package."""

EVENTS = (("ready", "ready"), ("player.join", "joins"), ("player.leave", "leaves"))
PEOPLE = ("chat", "command", "admin")
DEEDS = ("say", "save", "probe", "query")


def abilities(pack: PackFile) -> Iterator[str]:
    """What it can do: what it hears, what it can have done, what it can ask; then its own events."""
    yield from (word for event, word in EVENTS if event in pack.events)
    yield from (key for key in PEOPLE if getattr(pack, key))
    yield from (key for key in DEEDS if getattr(pack, key) is not None)
    if pack.facts:
        yield f"facts ({', '.join(pack.facts)})"
    if "stop" in pack.model_fields_set:
        yield "stop"
    yield from own_events(pack)


def own_events(pack: PackFile) -> Iterator[str]:
    """Its events by name that not every pack may have."""
    usual = {name for name, _ in EVENTS}
    yield from (str(name) for name in pack.events if name not in usual)


def written_in(pack: PackFile) -> Iterator[str]:
    """`shipped`, or the files that tell of it."""
    yield from ("shipped" if file.startswith(SHIPPED) else file for file in pack.files)


def page(pack: PackFile, width: int | None) -> Iterator[str]:
    """All of it: what it can do and whom it fits, every pattern and command, its proof and its files."""
    head = f"{pack.pack}: {', '.join(abilities(pack)) or 'nothing of its own'}"
    yield from folded([head, f"proof: {pack.proof}", f"from: {', '.join(_paths(pack))}"], width)
    for note in _notes(pack):
        yield from folded([f"  {note}"], width)
    for head, rows in _sections(pack):
        yield ""
        yield head
        yield from folded((f"  {plain(row)}" for row in rows), width)
    yield ""
    yield f"tests: {len(pack.tests)}"


def page_data(pack: PackFile) -> dict[str, object]:
    """The same for programs, as it stands beside what the list has."""
    sections: Mapping[str, Sequence[str]] = dict(_sections(pack))
    return {"files": list(_paths(pack)), "notes": list(_notes(pack)), **sections, "tests": len(pack.tests)}


def _sections(pack: PackFile) -> Iterator[tuple[str, list[str]]]:
    sections: dict[str, Iterable[str]] = {
        "match": _match(pack),
        "prefix": [quoted(pack.prefix.source)] if pack.prefix else [],
        **{key: [_words(one) for one in getattr(pack, key)] for key in PEOPLE},
        "events": _named(pack.events),
        "patterns": _named(pack.patterns),
        "commands": _typed(pack),
        "facts": [f"{name}: {told}" for name, told in _facts(pack).items()],
        "stop": pack.stop,
    }
    for head, rows in sections.items():
        if found := [str(row) for row in rows]:
            yield head, found


def _match(pack: PackFile) -> Iterator[str]:
    for word, match in (("", pack.match), ("not ", pack.match.not_ if pack.match else None)):
        for key in ("egg", "image", "startup", "tag"):
            if globs := getattr(match, key, ()):
                yield f"{word}{key}: {', '.join(glob.source for glob in globs)}"


def _words(form: Pattern | PrefixWords) -> str:
    return form.source if isinstance(form, PrefixWords) else quoted(form.source)


def _named(patterns: Mapping[str, Sequence[Pattern]]) -> Iterator[str]:
    for name, several in patterns.items():
        yield from (f"{name}: {_words(one)}" for one in several)


def _typed(pack: PackFile) -> Iterator[str]:
    if not pack.console:
        yield "none: it takes no commands"
    if pack.say is not None:
        yield f"say: {pack.say.send.source}"
    for key, asking in (("save", pack.save), ("probe", pack.probe)):
        if asking is not None:
            yield f"{key}: {_asked(asking)}"
    if pack.query is not None:
        yield f"query: {_over_the_network(pack.query)}"


def _over_the_network(query: QueryModel) -> str:
    at = query.port
    if at is None:
        return query.protocol
    last = str(at.port) if at.port else f"{at.offset:+}" if at.offset else ""
    return f"{query.protocol}, at port {' or '.join(filter(None, (*at.variables, last)))}"


def _asked(asking: QuestionModel) -> str:
    wait = asking.wait if isinstance(asking.wait, str) else quoted(asking.wait.source)
    return f"{', '.join(asking.send)}, answered by {wait} within {asking.within:g} s"


def _facts(pack: PackFile) -> dict[str, str]:
    """How each is asked for, by name."""
    return {str(name): _told(one) for name, one in pack.facts.items()}


def _told(fact: ToldFactModel) -> str:
    how = f"`{fact.send}` every {fact.every:g} s" if fact.send else "told by itself"
    return f"{how}, {quoted(fact.read.source)}"


def _paths(pack: PackFile) -> Iterator[str]:
    for file in pack.files:
        yield str(_path(file))


def _path(file: str) -> Path:
    return (
        Path(str(files("automaton.packs"))) / file.removeprefix(SHIPPED)
        if file.startswith(SHIPPED)
        else Path(file)
    )


def _notes(pack: PackFile) -> Iterator[str]:
    """The first comment of each file, which says on what it rests."""
    for file in pack.files:
        try:
            text = _path(file).read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        for line in text.splitlines():
            if not line.startswith("#"):
                break
            yield plain(line.removeprefix("#").strip())
