"""Heads of lines that somebody may have spoken: whatever stands before a sign such as `:`, `»` or `->`.

While a log is read it is not known yet who plays there, so all heads are kept, each once with its first line,
and asked at the end which of them ends in the name of somebody who plays. What is kept is bounded, and what
was not kept is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from automaton.core.console.speech import is_trouble, signs, speaker
from automaton.core.events import Source
from automaton.core.happening import Heard

MOST_HEADS = 20_000  # some 10 MB; a log of a million lines of 120 servers had fewer than a thousand a server
MOST_NAMES = 20_000

_TELL_NAMES = frozenset({"player.join", "player.leave", "chat", "command"})


@dataclass(slots=True)
class Head:
    """What stands before a sign, and the sign: how often, and the first line with them.

    In its text the sign begins at `begin` and ends at `end`.
    """

    number: int
    text: str
    begin: int
    end: int
    count: int = 1
    is_varied: bool = False
    """Whether what follows was not the same each time: people seldom repeat themselves."""


@dataclass(frozen=True, slots=True)
class SpokenHead:
    """A head that ends in the name of somebody who plays: the line up to the name, and what follows it."""

    player: str
    before: str
    behind: str
    head: Head


@dataclass(slots=True)
class ChatHeads:
    """Collects them from the lines of one log, as a pack heard them."""

    heads: dict[str, Head] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    left_out: int = 0
    """Lines of which nothing was kept, because of MOST_HEADS."""

    def hear(self, number: int, heard: Heard) -> None:
        """Takes one line: who plays, or what may be somebody's words."""
        for name, fields in heard.occurred:
            player = fields.get("player")
            if name in _TELL_NAMES and isinstance(player, str) and len(self.names) < MOST_NAMES:
                self.names.add(player)
        if heard.source is Source.GAME and not heard.occurred and not is_trouble(heard.fields.get("level")):
            self._keep(number, heard.text)

    def spoken(self) -> Iterator[SpokenHead]:
        """The heads that end in the name of somebody who plays, the shortest of each line."""
        done: set[tuple[int, str]] = set()
        for head in sorted(self.heads.values(), key=lambda one: (one.number, one.end)):
            found = speaker(head.text, head.begin, head.end, self.names)
            if found is not None and (head.number, head.text) not in done:
                done.add((head.number, head.text))
                begin, end = found
                text = head.text
                yield SpokenHead(text[begin:end], text[:begin], text[end : head.end], head)

    def _keep(self, number: int, text: str) -> None:
        for tried, (begin, end) in enumerate(signs(text)):
            with_sign = text[:end]
            head = self.heads.get(with_sign)
            if head is not None:
                head.count += 1
                head.is_varied |= head.text[head.end :] != text[end:]
            elif len(self.heads) < MOST_HEADS:
                self.heads[with_sign] = Head(number, text, begin, end)
            elif not tried:
                self.left_out += 1
