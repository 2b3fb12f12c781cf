"""Lines in which a text of any kind follows a name: what people say, and what is told of a command of theirs.

A head is the line up to the text, with a sign for the name: `<NAME> `, `[CHAT] NAME: `.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice

from automaton.workbench.pack_draft.cues import JOIN, LEAVE
from automaton.workbench.pack_draft.masks import ANY, LONGEST_NAME, NAME, masked

MOST_HEADS = 5_000
"""Heads that are kept at once; beyond them those are forgotten that came once."""

MOST_TEXTS = 200
"""Names, and texts by their hash, that are kept of a head: enough to see that they are many."""

_ANGLES = re.compile(r"(?P<before>[^<]{0,40})<(?P<name>[^<>]{1,40})>(?P<behind>:? )(?P<text>.+)")
_QUOTED = re.compile(r'"(?P<name>[^"<]{1,40})(?P<behind><[^"]{1,80}" say(?:_team)? ")(?P<text>[^"]*)"$')
_TEAM = re.compile(r"(?<=<)[A-Za-z_][^<>]{0,30}(?=>)")
_BEHIND = re.compile(r"[\])\"'*]{0,3} ?(?::|»|➟|->|>>|>) ")
_LAST_WORD = re.compile(r"(?<![\w.#-])\.?\w+(?:[.#-]\w+)*$")
MOST_COLONS = 3
_CUES = re.compile(r"\b(?:chat|say|said|says|global)\b", re.IGNORECASE)
LONGEST = 1_000
"""Characters of a line that are looked at: a head is at its beginning."""


@dataclass(slots=True)
class ChatHead:
    """Lines with one head: how many, by whom, and how many texts; the first as a sample with its name."""

    text: str
    sample: tuple[str, str]
    count: int = 0
    ended: int = 0
    commands: int = 0
    names: Counter[str] = field(default_factory=Counter)
    texts: set[int] = field(default_factory=set)
    lengths: set[int] = field(default_factory=set)

    @property
    def is_angled(self) -> bool:
        """Whether the name stands in `<>`, or the text in quotes behind `say`, as games do for chat alone."""
        return f"<{NAME}>" in self.text or self.text.endswith(' "')

    def is_of(self, known: Collection[str]) -> bool:
        """Whether those are people: all but a few are `known` to have come or gone."""
        seen = sum(count for name, count in self.names.items() if name in known)
        return seen >= 0.9 * self.names.total()

    @property
    def is_free(self) -> bool:
        """Whether any text follows, and not one of a few."""
        return len(self.texts) >= min(8, max(3, self.names.total() // 4)) and len(self.lengths) > 1

    @property
    def has_cue(self) -> bool:
        """Whether the head itself says that somebody speaks."""
        return self.is_angled or _CUES.search(self.text) is not None

    @property
    def end(self) -> str:
        """What stands behind the text, where something was opened before it."""
        return '"' if self.text.endswith('"') else "]" if self.text.startswith(f"[{NAME}: ") else ""


class HeadTable:
    """All heads, with what followed."""

    def __init__(self) -> None:
        self.heads: dict[str, ChatHead] = {}

    def add(self, body: str) -> None:
        """Takes a line, as it is behind its prefix."""
        for key, name, text in heads_of(body[:LONGEST]):
            self._add(key, name, text, body)

    def _add(self, key: str, name: str, text: str, body: str) -> None:
        head = self.heads.get(key)
        if head is None:
            if len(self.heads) >= MOST_HEADS:
                kept = sorted(self.heads.values(), key=lambda one: -one.count)[: MOST_HEADS // 2]
                self.heads = {one.text: one for one in kept}
            head = self.heads[key] = ChatHead(key, (body, name))
        head.count += 1
        head.ended += text.endswith("]")
        head.commands += text.startswith("/")
        if name in head.names or len(head.names) < MOST_TEXTS:
            head.names[name] += 1
        if len(head.texts) < MOST_TEXTS:
            head.texts.add(hash(masked(text)))
            head.lengths.add(text.count(" "))


def heads_of(body: str) -> Iterator[tuple[str, str, str]]:
    """The head, the name, the text: by each of the first colons, for an account may stand before a name."""
    if found := _QUOTED.match(body):  # `"Eve<2><[U:1:7]><CT>" say "hi"`, of all games of one engine
        yield f'"{NAME}{_TEAM.sub(ANY, masked(found["behind"]))}', found["name"], found["text"]
        return
    if found := _ANGLES.match(body):
        yield f"{masked(found['before'])}<{NAME}>{found['behind']}", found["name"], found["text"]
        return
    for found in islice(_BEHIND.finditer(body), MOST_COLONS):
        last = _LAST_WORD.search(body, 0, found.start()) if found.end() < len(body) else None
        if last is not None and len(last[0]) <= LONGEST_NAME:
            yield f"{masked(body[: last.start()])}{NAME}{found[0]}", last[0], body[found.end() :]


def is_spoken(head: ChatHead, known: Collection[str]) -> bool:
    """Whether those who are `known` to come and go say whatever follows."""
    if head.is_angled or not head.is_free or not head.is_of(known) or head.ended == head.count:
        return False
    if JOIN.search(head.text) or LEAVE.search(head.text) or head.commands == head.count:
        return False
    return len(head.names) > 1 or head.has_cue


def is_answer(head: ChatHead, known: Collection[str]) -> bool:
    """What an operator's command answered: `[Eve: Set own game mode]`."""
    return head.text == f"[{NAME}: " and head.ended == head.count > 2 and head.is_of(known)


def is_called_chat(head: ChatHead) -> bool:
    """Whether the line itself says so, of several people: `[chat] Eve: hello`."""
    if head.is_angled or not head.has_cue or not head.is_free or len(head.names) < 2:
        return False
    return head.ended != head.count and not JOIN.search(head.text) and not LEAVE.search(head.text)
