"""What the messages of a run told of which incident, in full or in short.

Pure. A message of several incidents has a line without a word for those that were over before it was sent.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from tests.campaign.crash import judges as lone
from tests.campaign.crash.record import Post, Printed
from tests.chaos.record import Record

ONCE = "opened and ended"
OVER = "over after"
_STATE = re.compile(r"\b(full|down|many) (began|ended) at ([\w-]+)\.")
_HEADING = re.compile(r"[^\w\s] [\w-]+(?:, [\w-]+)*: ")
_SHORT = re.compile(r"✅ ([\w-]+): (opened and ended|over after)")


def once(record: Record) -> Iterator[Post]:
    """Each message, without those that say again what was said."""
    heard: set[tuple[str, str]] = set()
    for post in record.posts:
        if (post.id, post.text) not in heard:
            heard.add((post.id, post.text))
            yield post


def words_of(record: Record, how: str) -> set[str]:
    """Of which it was told that they `opened` or `ended`, by their word."""
    return {word for post in record.posts for what, word in lone.said(post) if what == how}


def in_short(record: Record) -> Counter[tuple[str, str]]:
    """How many incidents of each server are told by a line alone: of several at once a message says no more.

    `opened and ended` where it was over before anybody was told, else `over after` so long.
    """
    return Counter((name, how) for post in once(record) for name, how in _SHORT.findall(post.text))


def untold(record: Record, lines: Sequence[Printed], why: str) -> list[str]:
    """Those of which nothing was told, by server: neither by their word nor by a line without one."""
    told, short = words_of(record, "opened"), in_short(record)
    missing: defaultdict[str, list[str]] = defaultdict(list)
    for line in lines:
        if line.word not in told:
            missing[line.server].append(line.word)
    return [
        f"nobody was told of {words} at {server}: each {why}, and {short[server, ONCE]} were told in short"
        for server, words in missing.items()
        if len(words) > short[server, ONCE]
    ]


def ends_of_states(record: Record) -> Iterator[str]:
    """Complaints of what ended more often than it began."""
    open_: Counter[tuple[str, str]] = Counter()
    for post in once(record):
        for what, how, name in _states(post.text):
            open_[what, name] += 1 if how == "began" else -1
            if open_[what, name] < 0:
                yield f"the end of `{what}` at {name} was told without its opening: #{post.id}"
                open_[what, name] = 0


def _states(text: str) -> Iterator[tuple[str, str, str]]:
    """What a message says of states, each once: titles, its own and those of several, say the last again."""
    blocks: list[list[str]] = [[]]
    for line in text.splitlines()[1:]:
        if _HEADING.match(line):
            blocks.append([])
        blocks[-1].append(line)
    for block in blocks:
        below = block[1:] if block and _HEADING.match(block[0]) else block
        yield from _STATE.findall("\n".join(below)) or _STATE.findall("\n".join(block))
