"""What is fed to a test: each entry with its moment, its facts, and what happens.

An entry's keys are words of the feed, facts, or fields of the event or hook that it names. As in
production a hook is of the server that its `server` names, and without one only of the fleet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from automaton.core.calls import Signal
from automaton.core.events import NO_FIELDS, FieldValue, Source
from automaton.match.glob import Glob
from automaton.match.lines import split_event
from automaton.ruletest.fed_facts import DERIVED_FACTS, READERS, FedFacts, read_facts, unknown_pack_problems
from automaton.ruletest.model import FeedModel
from automaton.ruletest.virtual_time import format_time
from automaton.schema import nodes
from automaton.schema.kinds import Knowledge
from automaton.schema.mistake import Reading
from automaton.schema.nearest import nearest
from automaton.schema.problem import Place, Problem, problem_at
from automaton.schema.readers import shape
from automaton.schema.scalar import Scalar, Style
from automaton.schema.validate import fit_into

WORDS = frozenset(FeedModel.known_keys())
OF_THE_CLOCK = frozenset({"at", "times", "every"})
DOWN_FOR = 10.0
"""How long a daemon is down where `down_for` does not say it."""

MOST = 100_000
"""Entries of one feed, `times` and lines counted."""

LARGEST = 10_000_000
INSTEAD = {
    "link.up": "link: up",
    "link.down": "link: down",
}
_NUMBERS = frozenset({"exit_code"})
_TRUTHS = frozenset({"oom", "ok"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One moment of a feed. `servers` is None for the only one there is, `text` is how it is written."""

    at: float
    place: Place
    text: str = ""
    servers: Glob | None = None
    facts: FedFacts = field(default_factory=FedFacts)
    lines: tuple[tuple[str, Source], ...] = ()
    event: str = ""
    hook: str = ""
    fields: Mapping[str, FieldValue] = field(default_factory=lambda: NO_FIELDS)
    link: bool | None = None
    operator: Signal | None = None
    panel: bool | None = None
    docker: bool | None = None
    ack: str = ""
    down_for: float | None = None


def read_feed(
    items: Iterable[object],
    reading: Reading,
    known: Knowledge,
    packs: frozenset[str],
    *,
    several: bool,
) -> tuple[FeedEntry, ...]:
    """The entries in the order of their moments, `times` unrolled. Mistakes are added to the reading."""
    entries: list[FeedEntry] = []
    last = 0.0
    for node in items:
        if not isinstance(node, nodes.Mapping):
            place = node.place if isinstance(node, Scalar | nodes.Sequence) else Place("-")
            message = "an entry of a feed is a mapping, as `{at: 10s, memory_pct: 95}`"
            reading.problems.append(problem_at(place, "wrong-shape", message, found=shape(node)))
            continue
        reading.problems += unknown_pack_problems(node, packs)
        found = _entry(node, reading, known, several=several)
        if found is None:
            continue
        if found[0].at < last:
            message = f"a feed goes forward: the entry before is at `{format_time(last)}`"
            at = node.find("at")
            place = at.place if at is not None else node.place
            reading.problems.append(
                problem_at(place, "backwards", message, found=f"`{format_time(found[0].at)}`")
            )
        last = max(last, found[0].at)
        entries += found
        if len(entries) > MOST:
            message = f"a feed has at most {MOST} entries, `times` and lines counted"
            reading.problems.append(problem_at(node.place, "too-long", message))
            return ()
    return tuple(sorted(entries, key=lambda entry: entry.at))


def _entry(
    node: nodes.Mapping, reading: Reading, known: Knowledge, *, several: bool
) -> list[FeedEntry] | None:
    words, facts, fields = _sorted(node, reading.problems, known)
    model = fit_into(reading, words, FeedModel)
    read = read_facts(facts, reading.problems)
    if model is None:
        return None
    problems = list(_together(node, model, several=several))
    reading.problems += problems
    if problems:
        return None
    entry = FeedEntry(
        at=model.at,
        place=node.place,
        text=_spoken(node),
        servers=model.server,
        facts=read,
        event=str(model.event or ""),
        hook=str(model.hook or ""),
        fields={
            str(key): _field(str(key), value, by_look=model.hook is not None) for key, value in fields.items()
        },
        link=None if model.link is None else model.link == "up",
        panel=None if model.panel is None else model.panel == "up",
        docker=None if model.docker is None else model.docker == "up",
        operator=Signal(model.operator) if model.operator else None,
        ack=str(model.ack or ""),
        down_for=(DOWN_FOR if model.down_for is None else model.down_for) if model.daemon else None,
    )
    return _unrolled(entry, model, _lines(model, reading.problems))


def _unrolled(
    entry: FeedEntry, model: FeedModel, lines: list[tuple[tuple[str, Source], ...]]
) -> list[FeedEntry]:
    """`every` alone is the distance of a file's lines; with `times` it is that of the entry's repeats."""
    every = model.every or 0.0
    if model.lines is not None and model.times is None and every:
        first, *rest = lines or [()]
        later = [
            FeedEntry(at=entry.at + number * every, place=entry.place, servers=entry.servers, lines=line)
            for number, line in enumerate(rest, 1)
        ]
        return [replace(entry, lines=first), *later]
    whole = replace(entry, lines=tuple(piece for line in lines for piece in line))
    return [replace(whole, at=entry.at + number * every) for number in range(min(model.times or 1, MOST + 1))]


def _sorted(
    node: nodes.Mapping, problems: list[Problem], known: Knowledge
) -> tuple[nodes.Mapping, nodes.Mapping, nodes.Mapping]:
    """The keys by what they are: words of the feed, facts, fields."""
    words, facts, fields = (nodes.Mapping(node.place) for _ in range(3))
    event, is_hook = node.find("event"), node.key("hook") is not None
    gives = _fields_of(event, problems, known) if event is not None else frozenset[str]()
    for key, value in node.items():
        if key in WORDS:
            words[key] = value
        elif is_hook or (gives is not None and key in gives):
            fields[key] = value
        elif key in READERS:
            facts[key] = value
        elif gives is not None:
            problems.append(_unknown_key(key, gives))
    return words, facts, fields


def _fields_of(event: nodes.Node, problems: list[Problem], known: Knowledge) -> frozenset[str] | None:
    """The fields that an event of this name brings. None where it is not known, which is one mistake."""
    name = str(event) if isinstance(event, Scalar) else ""
    if name in INSTEAD:
        problems.append(
            problem_at(event.place, "fed-by-link", "the link has a word of its own", suggestion=INSTEAD[name])
        )
        return None
    if name not in known.events:
        near = nearest(name, list(known.events))
        did_you_mean = f", did you mean `{near}`?" if near else ""
        message = f"unknown event `{name}`{did_you_mean}"
        problems.append(problem_at(event.place, "unknown-event", message, suggestion=near or ""))
        return None
    return known.events[name] | known.prefix


def _unknown_key(key: Scalar, gives: frozenset[str]) -> Problem:
    if key in DERIVED_FACTS:
        message = f"`{key}` cannot be fed: it follows from what happens"
        return problem_at(key.place, "not-fed", message)
    near = nearest(key, [*WORDS, *READERS, *gives])
    did_you_mean = f", did you mean `{near}`?" if near else ""
    message = f"`{key}` is no fact and no word of a feed{did_you_mean}"
    return problem_at(key.place, "unknown-fact", message, suggestion=near or "")


def _together(node: nodes.Mapping, model: FeedModel, *, several: bool) -> Iterable[Problem]:
    """Keys that need others, or say nothing without them."""
    needs = {
        "times": model.times is None or model.every is not None or "`every`: how far they are apart",
        "every": model.every is None or model.times is not None or model.lines is not None or "`times`",
        "from": model.from_ is None
        or model.line is not None
        or model.lines is not None
        or "`line` or `lines`",
        "down_for": model.down_for is None or model.daemon is not None or "`daemon: restart`",
    }
    for name, need in needs.items():
        key = node.key(name)
        if isinstance(need, str) and key is not None:
            yield problem_at(key.place, "needs-another", f"`{name}` needs {need}")
    if model.event and model.hook and (key := node.key("hook")) is not None:
        yield problem_at(
            key.place, "one-of-two", "an entry has either `event` or `hook`: each has fields of its own"
        )
    wide = model.hook or model.ack or model.daemon or model.panel or model.docker
    if several and model.server is None and not wide:
        yield problem_at(node.place, "which-server", "there are several servers: an entry names its `server`")


def _lines(model: FeedModel, problems: list[Problem]) -> list[tuple[tuple[str, Source], ...]]:
    source = Source(model.from_) if model.from_ else Source.GAME
    raw = [model.line] if model.line is not None else []
    if model.lines is not None:
        raw += _of_file(model.lines, problems)
    return [_pieces(line, source) for line in raw]


def _pieces(raw: str, source: Source) -> tuple[tuple[str, Source], ...]:
    return tuple(
        (piece.text, Source.CONTINUATION if piece.continuation and source is Source.GAME else source)
        for piece in split_event(raw)
    )


def _of_file(name: str, problems: list[Problem]) -> list[str]:
    """The lines of a file that stands beside the rules."""
    place = name.place if isinstance(name, Scalar) else Place("-")
    path = Path(place.file).parent / name
    if path.is_fifo():
        problems.append(problem_at(place, "unreadable", f"`{path}` is no file"))
        return []
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        message = f"`{path}` cannot be read: {error.strerror or error}"
        problems.append(problem_at(place, "unreadable", message))
        return []
    if len(raw) > LARGEST:
        problems.append(problem_at(place, "too-large", f"`{path}` has more than 10 MB"))
        return []
    return raw.decode(errors="replace").splitlines()


def _field(name: str, node: nodes.Node, *, by_look: bool) -> FieldValue:
    """A field of an event is text, but for those that Wings counts; of a hook's body it is as in JSON."""
    if not isinstance(node, Scalar) or node.is_null:
        return None
    text = str(node)
    if node.style is not Style.PLAIN:
        return text
    if text in ("true", "false") and (by_look or name in _TRUTHS):
        return text == "true"
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) < 16 and (by_look or name in _NUMBERS):
        return int(text)
    return text


def _spoken(node: nodes.Mapping) -> str:
    return ", ".join(f"{key}: {_source(value)}" for key, value in node.items() if key not in OF_THE_CLOCK)


def _source(node: nodes.Node) -> str:
    match node:
        case Scalar():
            return str(node)
        case nodes.Sequence():
            return "[" + ", ".join(_source(item) for item in node) + "]"
        case _:
            return "{…}"
