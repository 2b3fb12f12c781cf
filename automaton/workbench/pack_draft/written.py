"""A draft as the text of a pack: what is sure enough, what it rests on as comments, and tests of its lines.

No name, address or account of the logs is in it. A text of the logs comes into YAML in single quotes alone,
or into a comment that it cannot end.
"""

from __future__ import annotations

from collections.abc import Iterator

from automaton.printable import printable
from automaton.workbench.pack_draft.draft import HELLO, Draft, Proposal, Sample
from automaton.workbench.pack_draft.roles import Sureness

WORDS_OF = {Sureness.SURE: "sure", Sureness.LIKELY: "likely", Sureness.UNSURE: "not sure, so it is left out"}
EVENTS = ("ready", "player.join", "player.leave")
MOST_OTHERS = 3
COMMENT_WIDTH = 200


def written(draft: Draft, name: str) -> str:
    """The file, ready for packs.d."""
    return "\n".join(_lines(draft, name)) + "\n"


def _lines(draft: Draft, name: str) -> Iterator[str]:
    yield f"# Proposed by `automaton pack new` from {draft.lines:,} lines of {_logs(draft.logs)}."
    yield "# Read each pattern before a rule rests on it. Names, addresses and accounts below are nobody's."
    yield from (f"# Left out: {one}." for one in draft.left_out)
    yield f"pack: {name}"
    yield "proof: console"
    yield from _match(draft)
    if draft.prefix is not None:
        yield f"# {draft.prefix.lines:,} of the first {draft.prefix.of:,} lines have it"
        yield f"prefix: {quoted(draft.prefix.source)}"
    for key in ("chat", "admin"):
        yield from _spoken(key, draft.of(key))
    yield from _events(draft)
    if draft.egg.stop:
        yield f"stop: {quoted(draft.egg.stop)}"
    yield from _tests(draft)


def _match(draft: Draft) -> Iterator[str]:
    if draft.egg.name:
        yield f"match: {{egg: {quoted(draft.egg.name)}}}"
    else:
        yield "# Which servers have it: by the name of their egg as here, or under `packs:` in automaton.yml"
        yield '# match: {egg: ["The name of the egg*"]}'


def _spoken(key: str, parts: list[Proposal]) -> Iterator[str]:
    if parts:
        yield f"{key}:"
    elif key == "chat":
        yield "# No line of the logs looks like chat: behind the name of somebody who comes and goes, behind"
        yield "# `<name>`, or behind a tag that says so. Where players can speak here, their words are taken"
        yield "# for the game's until it is told how they are printed: `chat:` is a list of patterns."
    for part in parts:
        yield from _commented(part, "  ")
        yield f"  - {quoted(part.source)}"


def _events(draft: Draft) -> Iterator[str]:
    found = {key: part for key in EVENTS for part in draft.of(key)}
    known = [key for key, part in found.items() if part.sureness is not Sureness.UNSURE]
    if known:
        yield "events:"
    for key in EVENTS:
        part = found.get(key)
        if part is None:
            yield f"{'  ' if known else ''}# {key}: no line of the logs tells it plainly"
            continue
        yield from _commented(part, "  " if known else "")
        yield f"{'  ' if key in known else '# '}{key}: {quoted(part.source)}"


def _commented(part: Proposal, indent: str) -> Iterator[str]:
    yield f"{indent}# {WORDS_OF[part.sureness]}: {part.why}"
    for other in part.others[:MOST_OTHERS]:
        # To YAML some signs end a line, and so the comment: what follows them would be a key.
        yield f"{indent}# printed besides: {printable(other[:COMMENT_WIDTH])}"


def _tests(draft: Draft) -> Iterator[str]:
    rows = list(dict.fromkeys(_rows(draft)))
    if rows:
        yield "tests:"
    yield from rows


def _rows(draft: Draft) -> Iterator[str]:
    for part in draft.parts:
        if part.sureness is not Sureness.UNSURE:
            yield from (_row(draft, sample, part.key) for sample in part.samples)
    events = [sample.line for key in EVENTS for part in draft.of(key) for sample in part.samples[:1]]
    for part in draft.of("chat"):
        for sample in part.samples:  # what somebody says is no event, whatever the words
            forged = (Sample(line.join(sample.line.rsplit(HELLO, 1)), sample.player) for line in events)
            yield from (_row(draft, one, "chat") for one in forged)


def _row(draft: Draft, sample: Sample, what: str) -> str:
    player = f", player: {sample.player}" if sample.player else ""
    return f"  - {{line: {quoted(draft.prefix_sample + sample.line)}, is: {what}{player}}}"


def quoted(text: str) -> str:
    """In single quotes, in which only they themselves mean something."""
    return "'" + text.replace("'", "''") + "'"


def _logs(count: int) -> str:
    return "a log" if count == 1 else f"{count:,} logs"
