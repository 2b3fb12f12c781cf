"""The box of one shard for one channel: what is said and was not taken yet, numbered, bounded, and on disk.

Pure, and told the time; `take_changes` gives what is to be written, part by part. It keeps to the rules of an
outbox (`delivery/outbox.py`): without room the oldest `info` goes, then the oldest `warning`, never a
`critical`; and no end is told whose opening was given up, which the channel learns in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from automaton.cluster.messages.handed import Batch, IncidentStanding, Item, Said, Untold, part_of, read_item
from automaton.cluster.messages.raised_incidents import RaisedIncidents
from automaton.cluster.messages.shelves import Shelves
from automaton.core.calls import SendMessage
from automaton.core.moment import Moment
from automaton.delivery.notification import NoticeText, is_incident
from automaton.delivery.outbox import DAMAGE, MOST_WHOLE, GivenUp
from automaton.delivery.record import LONGEST_TEXT, REMINDED_TEXT, cut, earlier
from automaton.delivery.records import MOST_OVER
from automaton.delivery.surroundings import IncidentStatus, ServerLabel

MOST_AT_ONCE = 100  # items of one batch: its entry in the channel's log stays small
LARGEST_BATCH = 256 * 1024
"""Bytes: NATS takes a megabyte (max_payload), and the channel's log chunks of 512 KiB."""


class Box:
    """`root` begins the names of its parts. `given_up` is collected until it is taken.

    `series` names the life of its numbers. A box that was never written begins one, by the wall's clock.
    """

    def __init__(self, root: str, source: str, now: Moment) -> None:
        self.given_up: list[GivenUp] = []
        self.damaged = 0  # parts that could not be read
        self.raised = RaisedIncidents()
        self._root = root
        self._source = source
        self._series = int(now.wall * 1e6)
        self._taken = 0  # the number up to which all was taken
        self._last = 0  # number that was given
        self._offered = 0  # number up to which the channel may have taken what it was offered
        self._under_way = 0  # the same of the batch that is not answered yet
        self._shelves = Shelves()
        self._between_us: dict[str, None] = {}  # the latest that ended so; not on disk
        self._saved: object = None  # what stands on disk of itself
        self._changes: dict[str, object | None] = {}

    def __len__(self) -> int:
        """Items that wait to be taken."""
        return len(self._shelves)

    @property
    def messages(self) -> int:
        """Messages that wait to be taken."""
        return self._shelves.messages

    @property
    def oldest(self) -> Moment | None:
        """Since when the oldest item waits; None where none does."""
        return self._shelves.oldest

    def put(self, message: SendMessage, label: ServerLabel, now: Moment) -> bool:
        """Takes what is said; False where there was no room for it."""
        ref = message.ref
        if message.resolves:
            self.raised.end(ref)
            if ref in self._between_us:
                return True
            if self._is_between_us(ref):
                self._forget(ref)
                return True
        elif is_incident(ref):
            self.raised.raise_(ref)
            self._between_us.pop(ref, None)
        limit = LONGEST_TEXT if self._shelves.messages < MOST_WHOLE else REMINDED_TEXT
        said = self._said(message, label, limit, now)
        self._keep(said, now)
        while (least := self._shelves.overflow(self._under_way)) is not None:
            self._give_up(least, "no room")
        return self._shelves.find(said.number) is said

    def stand(self, ref: str, status: IncidentStatus, now: Moment) -> None:
        """Tells the channel how an incident stands, where it was told otherwise."""
        raised = self.raised.find(ref)
        if raised is None or status.is_awaited or (status.is_open and status.is_acked == raised.is_acked):
            return
        if status.is_open:
            self.raised.ack(ref, is_acked=status.is_acked)
        else:
            self.raised.end(ref)
            if self._is_between_us(ref):
                self._forget(ref)
                return
        self._stand(ref, status, now)

    def batch(self, now: Moment, max_age: float) -> Batch | None:
        """What is to be taken next; None where nothing waits. Gives up what is older than `max_age`."""
        for said in self._shelves.older_than(now.mono - max_age):
            self._give_up(said, "too old")
        items: list[Item] = []
        ages, size = [], 0
        for item, since in self._shelves.first(MOST_AT_ONCE):
            size += len(msgspec.json.encode(item))
            if items and size > LARGEST_BATCH:
                break
            items.append(item)
            ages.append(max(0.0, now - since))
        if not items:
            return None
        self._save_self()
        self._under_way = items[-1].number
        self._offered = max(self._offered, self._under_way)
        return Batch(
            source=self._source, series=self._series, after=self._taken, items=tuple(items), ages=tuple(ages)
        )

    def unanswered(self) -> None:
        """The batch that was offered last was not taken, as far as is known."""
        self._under_way = 0

    def taken(self, series: int, up_to: int, now: Moment) -> bool:
        """The channel has all up to a number. False where it has more than was ever said here.

        Then a log was lost, and the numbers of what is said now would be taken for what was said before: they
        begin anew, in another series.
        """
        self.unanswered()
        if series != self._series or up_to <= self._taken:
            return True
        if up_to > self._last:
            self._begin_anew(max(series + 1, int(now.wall * 1e6)))
            return False
        for item, _ in self._shelves.first(len(self._shelves)):
            if item.number > up_to:
                break
            self._remove(item)
            if isinstance(item, Untold) or (isinstance(item, Said) and not item.resolves):
                self.raised.take(item.ref)
        self._taken = up_to
        self._save_self()
        return True

    def expected(self, series: int, after: int, now: Moment) -> None:
        """The channel stands elsewhere: it has lost what it took, or knows a later series. It is followed.

        What lies between is gone here; how the incidents stand that it was told of is told anew.
        """
        self.unanswered()
        if series < self._series:
            return  # an answer that comes late
        if series > self._series:
            self._begin_anew(series + 1)
        elif after > self._taken:
            self.taken(series, after, now)
            return
        else:
            self._taken = after
            self._save_self()
        for raised in self.raised:
            if raised.is_taken:
                self._stand(raised.ref, IncidentStatus(is_open=True, is_acked=raised.is_acked), now)

    def take_changes(self) -> dict[str, object | None]:
        """The parts that have changed since it was last asked, by name; None for one that is gone."""
        changes, self._changes = self._changes, {}
        for name, data in self.raised.take_changes().items():
            changes[f"{self._root}/raised/{name}"] = data
        return changes

    def forget(self) -> dict[str, object | None]:
        """The names of all its parts, to be removed: its channel left. What waits is given up."""
        names = ["self", *(f"raised/{name}" for name in self.raised.names())]
        for item, _ in self._shelves.first(len(self._shelves)):
            names.append(str(item.number))
            if isinstance(item, Said):
                self.given_up.append(GivenUp(item.ref, "target left"))
        return {**self.take_changes(), **dict.fromkeys(f"{self._root}/{name}" for name in names)}

    @classmethod
    def load(cls, root: str, source: str, parts: Mapping[str, Any], now: Moment) -> Box:
        """One from the parts that an earlier owner left; what is damaged is dropped by itself."""
        box = cls(root, source, now)
        for name, data in sorted(parts.items(), key=lambda part: _place(part[0])):
            rest = name.removeprefix(f"{root}/")
            try:
                box._load(rest, data, now)
            except DAMAGE:
                box._changes[name] = None
                box.damaged += 1
        # An earlier owner may have offered any of it.
        box._offered = box._last = max(box._last, box._taken)
        return box

    def _load(self, rest: str, data: Any, now: Moment) -> None:
        if rest == "self":
            self._series, self._taken = int(data["series"]), int(data["taken"])
            self._saved = data
        elif rest.startswith("raised/"):
            self.raised.load(data)
        else:
            item = read_item(data)
            if item.number != int(rest):
                raise ValueError("a part under the name of another")
            self._shelves.keep(item, earlier(item.at, now))
            self._last = max(self._last, item.number)
            if isinstance(item, Untold) or (isinstance(item, Said) and not item.resolves):
                if is_incident(item.ref):
                    self.raised.raise_(item.ref)
            elif isinstance(item, Said) or not item.is_open:
                self.raised.end(item.ref)
            elif self.raised.find(item.ref) is not None:
                self.raised.ack(item.ref, is_acked=item.is_acked)

    def _said(self, message: SendMessage, label: ServerLabel, limit: int, now: Moment) -> Said:
        # Half of a pair of surrogates is no text: what cannot be written is not said.
        whole = NoticeText(_plain(message.text), message.excerpts)
        text = cut(whole, limit)
        return Said(
            number=self._next(), at=now.wall, ref=_plain(message.ref), rule=message.rule,
            server=_plain(message.server), severity=message.severity, text=text.text,
            title=_plain(message.title[:limit]), excerpts=text.excerpts, resolves=message.resolves,
            name=_plain(label.name), node=_plain(label.node), url=_plain(label.url),
        )  # fmt: skip

    def _stand(self, ref: str, status: IncidentStatus, now: Moment) -> None:
        if (before := self._shelves.standing(ref)) is not None:
            self._remove(before)  # whether it was taken or not: the last word counts
        self._keep(
            IncidentStanding(
                number=self._next(), at=now.wall, ref=ref, is_open=status.is_open, is_acked=status.is_acked
            ),
            now,
        )

    def _give_up(self, said: Said, why: str) -> None:
        """Its text goes. What the channel may never have heard of stays known as untold, in its place."""
        self.given_up.append(GivenUp(said.ref, why))
        raised = self.raised.find(said.ref)
        is_known = raised is not None and raised.is_taken
        if (
            said.resolves
            or not is_incident(said.ref)
            or is_known
            or self._shelves.untold(said.ref) is not None
        ):
            self._remove(said)
            return
        since = self._shelves.since(said.number)
        untold = Untold(number=said.number, at=said.at, ref=said.ref, rule=said.rule, server=said.server)
        self._keep(untold, since)
        if self._shelves.has_end(said.ref) and self._is_between_us(said.ref):
            self._forget(said.ref)

    def _is_between_us(self, ref: str) -> bool:
        """Whether the channel cannot know of an incident: all that waits is that it was not told."""
        untold = self._shelves.untold(ref)
        return (
            untold is not None
            and self._shelves.first_of(ref) > self._offered
            and not self._shelves.tells(ref)
        )

    def _forget(self, ref: str) -> None:
        """Ends it between us: whatever is still said of its end, the channel is told none of it.

        The next owner of the shard does not know that: what is said there of its end is told.
        """
        self.raised.end(ref)
        self._between_us[ref] = None
        while len(self._between_us) > MOST_OVER:
            del self._between_us[next(iter(self._between_us))]
        for item in self._shelves.of(ref):
            self._remove(item)

    def _begin_anew(self, series: int) -> None:
        """All that waits is offered anew in a later series, under its numbers: nobody took them there."""
        self._series, self._taken = series, 0
        self._save_self()

    def _next(self) -> int:
        self._last += 1
        return self._last

    def _keep(self, item: Item, since: Moment) -> None:
        self._shelves.keep(item, since)
        self._changes[f"{self._root}/{item.number}"] = part_of(item)
        while (surplus := self._shelves.surplus()) is not None:
            self.given_up.append(GivenUp(surplus.ref, "no room"))
            self._remove(surplus)

    def _remove(self, item: Item) -> None:
        self._shelves.remove(item.number)
        self._changes[f"{self._root}/{item.number}"] = None

    def _save_self(self) -> None:
        data = {"series": self._series, "taken": self._taken}
        if data != self._saved:
            self._saved = self._changes[f"{self._root}/self"] = data


def _plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _place(name: str) -> int:
    """In what order parts are read: the box itself, incidents, then what waits by number."""
    last = name.rpartition("/")[2]
    return int(last) if last.isascii() and last.isdecimal() and "/raised/" not in name else -1
