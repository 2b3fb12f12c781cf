"""All that one target was told and is yet to be told: its groups and their records, bounded, and on disk.

Pure, and told the time; `take_changes` gives what is to be written, part by part. When what waits has no
room, the oldest `info` goes, then the oldest `warning`. A `critical` that it took goes for its age alone
(`max_age`); when there is no room for another, that one is not taken. What is on its way is not dropped: it
may arrive.

Law: an end is told only where its opening was sent. What was dropped is remembered, so that its end is not
told either, nor what is said of that later: an `on_clear` may say more than one thing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

from automaton.core.calls import SendMessage, Severity
from automaton.core.moment import Moment
from automaton.delivery.channel import Channel
from automaton.delivery.group import DIGEST, Ask, Group, GroupKey, key_of, name_of
from automaton.delivery.record import LONGEST_TEXT, REMINDED_TEXT, Record
from automaton.delivery.records import Records
from automaton.delivery.sending import Sending, loudest_news, notification_of
from automaton.delivery.surroundings import ServerLabel
from automaton.delivery.turns import GroupTurns

DROPPED_KEPT = 7 * 86_400.0  # seconds for which it is known, at the least, that an opening was not told
MOST_WHOLE = 100  # that wait with whole texts; a message of more of them shows a line of each
LOOKED_AT = 100  # of the oldest that were not told: one that is over is nearly always among them
DAMAGE = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError)


@dataclass(frozen=True, slots=True)
class GivenUp:
    """An incident that is not told, and why: `too old`, `no room`, `refused`, `target left`."""

    ref: str
    why: str


class Outbox:
    """`target` names its parts. `ask` is the Incidents port. `given_up` is collected until it is taken."""

    def __init__(self, target: str, channel: Channel, ask: Ask) -> None:
        self._target = target
        self._ask = ask
        self.channel = channel
        self.records = Records()
        self.given_up: list[GivenUp] = []
        self.left_out = 0  # records since the last message that arrived, which says so
        self.damaged = 0  # parts that could not be read
        self._digested: date | None = None
        self._groups: dict[GroupKey, Group] = {}
        self._turns = GroupTurns()
        self._changed: dict[GroupKey, None] = {}  # groups that may have another turn now
        self._changes: dict[str, object | None] = {}
        self._on_its_way: frozenset[int] = frozenset()  # numbers of records

    @property
    def unsent(self) -> int:
        """Records of which something is not sent yet, apart from what waits for the digest."""
        return len(self._unsent_since())

    @property
    def oldest(self) -> Moment | None:
        """Since when the oldest of these waits; None where none does."""
        return min(self._unsent_since(), key=lambda since: since.mono, default=None)

    def _unsent_since(self) -> list[Moment]:
        waiting = (record.since for one in self._undigested() for record in one.records.values())
        return [since for since in waiting if since is not None]

    @property
    def groups(self) -> Iterator[Group]:
        """All that have a record."""
        return iter(list(self._groups.values()))

    def group(self, key: GroupKey) -> Group | None:
        """The group of this key, where there is one."""
        return self._groups.get(key)

    def put(self, message: SendMessage, label: ServerLabel, now: Moment) -> bool:
        """Takes what a rule says; False where there was no room for it."""
        record = self.records.find(message.ref)
        if record is not None and message.resolves and record.is_dropped:
            record.end(now)  # its opening was not sent
            self._keep_over(record)
            return True
        if record is None:
            record = Record.of(self.records.next_number(), message, label, now)
        elif record.is_dropped:
            record.name, record.node, record.url = label.name, label.node, label.url
        before = key_of(record, self.channel)
        record.hear(message, now, LONGEST_TEXT if self.records.waiting < MOST_WHOLE else REMINDED_TEXT)
        self.records.keep(record)
        if key_of(record, self.channel) != before:  # it has become louder
            self._leave(record, before, now)
        self._join(record)
        while (least := self.records.overflow(self._on_its_way)) is not None:
            self._give_up(least, "no room", now)
        self._forget_surplus(now)
        return record in self.records and not record.is_dropped

    def note_untold(self, ref: str, rule: str, server: str, now: Moment) -> None:
        """Remembers that it was not told of an incident, so that its end is not told either."""
        if self.records.find(ref) is None:
            number = self.records.next_number()
            self.records.keep(Record(number, ref, rule, server, "", "", Severity.INFO, now, is_dropped=True))
            self._forget_surplus(now)

    def inherit(self, other: Outbox) -> None:
        """Takes what waits there to be told for the first time."""
        known = {(record.ref, record.opened) for record in self.records}
        for record in other.records:
            # Of one incident there is one record, though a URL that was added since heard of it later.
            is_known = (record.ref, record.opened) in known or self.records.find(record.ref) is not None
            if record.waits and not is_known:
                mine = replace(record, number=self.records.next_number(), said=list(record.said))
                self.records.keep(mine)
                self._join(mine)

    def release(self, now: Moment) -> None:
        """Forgets what waits to be told for the first time: another has inherited it."""
        for record in self.records:
            if record.waits:
                self._remove(record, now)

    def wait(self, now: Moment) -> float | None:
        """Seconds until a group has its turn, None while none has."""
        self._set_turns(now)
        due = [at for at in (self._turns.next(now.mono), self._digest_at(now)) if at is not None]
        return max(0.0, min(due) - now.mono) if due else None

    def turn_at(self, group: Group, now: Moment) -> float | None:
        """When this group has its next turn, by the monotonic clock."""
        if group.is_digest and group.has_news:
            return self._digest_due(group, now)[1]
        return group.next_turn(self.channel)

    def turn(self, now: Moment) -> Sending | None:
        """What the most urgent group that is due has to say; None where none has anything."""
        self._set_turns(now)
        while (taken := self._turns.take(now.mono)) is not None:
            at, key = taken
            self._changed[key] = None  # until its message has arrived, it has its turn still
            if (sending := self._take_turn(self._groups[key], at, now)) is not None:
                self._on_its_way = frozenset(record.number for record, _ in sending.told)
                return sending
        return None

    def sent(self, sending: Sending, now: Moment) -> None:
        """The message has arrived."""
        self.failed()
        if sending.notification.left_out or sending.day is not None:
            self.left_out = max(0, self.left_out - sending.notification.left_out)
            self._digested = sending.day or self._digested
            self._save_self()
        sending.group.spoke(now, sending.loudest)
        for record, version in sending.told:
            if record not in self.records or record.is_dropped:
                continue
            record.sent(version, now)
            if record.since is None and (record.ended is not None or record.is_lone):
                self._remove(record, now)
            else:
                self.records.keep(record)
        self._settle(sending.group, now)

    def failed(self) -> None:
        """The last message is on its way no more."""
        self._on_its_way = frozenset()

    def refused(self, sending: Sending, wait: float, now: Moment) -> None:
        """The service will not take it: what is critical is tried again later, the rest is dropped."""
        self.failed()
        sending.group.hold(now.mono + wait)
        for record, version in sending.told:
            is_same = record in self.records and record.version == version
            if is_same and record.since is not None and record.severity is not Severity.CRITICAL:
                self._give_up(record, "refused", now)
        self._settle(sending.group, now)

    def hurry(self) -> None:
        """What waits now, apart from the digest, waits for no time of its group any more."""
        for group in self._undigested():
            group.hurry()
        self._changed.update(dict.fromkeys(self._groups))

    def change(self, channel: Channel, now: Moment) -> None:
        """Takes new settings of its channel. Records move where they would be in another group."""
        self.channel = channel
        for group in self.groups:
            for record in list(group.records.values()):
                if key_of(record, channel) != group.key:
                    del group.records[record.number]
                    self._join(record).follow(group)
            self._settle(group, now)
        self._changed.update(dict.fromkeys(self._groups))

    def take_changes(self) -> dict[str, object | None]:
        """The parts that have changed since it was last asked, by name; None for one that is gone."""
        changes, self._changes = self._changes, {}
        for number, data in self.records.take_changes().items():
            changes[self._part(f"notice/{number}")] = data
        return changes

    def forget(self) -> dict[str, object | None]:
        """The names of all its parts, to be removed: its target left."""
        names = ["self", *(f"notice/{record.number}" for record in self.records)]
        names += [f"group/{name_of(group.key)}" for group in self.groups]
        return {**self.take_changes(), **dict.fromkeys(map(self._part, names))}

    @classmethod
    def load(cls, target: str, channel: Channel, ask: Ask, parts: Mapping[str, Any], now: Moment) -> Outbox:
        """One from the parts that an earlier process left; what is damaged is dropped by itself."""
        outbox = cls(target, channel, ask)
        groups: dict[GroupKey, Group] = {}
        for name, data in parts.items():
            kind, _, rest = name.removeprefix(outbox._part("")).partition("/")
            try:
                outbox._load(kind, rest, data, groups, now)
            except DAMAGE:
                outbox._changes[name] = None
                outbox.damaged += 1
        outbox._place(groups, now)
        outbox.records.take_changes()
        return outbox

    def _load(self, kind: str, rest: str, data: Any, groups: dict[GroupKey, Group], now: Moment) -> None:
        match kind:
            case "notice":
                record = Record.load(int(rest), data, now)
                if not record.is_lone and self.records.find(record.ref) is not None:
                    raise ValueError("two records of one incident")
                self.records.keep(record)
            case "group":
                group = Group.load(data, now)
                groups[group.key] = group
            case "self":
                self.left_out = int(data["left_out"])
                self._digested = date.fromisoformat(data["digested"]) if data["digested"] else None
            case "pace":
                pass  # the worker's
            case _:
                raise ValueError("a part of no kind that there is")

    def _place(self, groups: dict[GroupKey, Group], now: Moment) -> None:
        """Puts records into their groups. The settings may have changed meanwhile, and with them the keys."""
        self._groups = groups
        self._changed.update(dict.fromkeys(groups))
        for record in sorted(self.records, key=lambda one: one.number):
            if not record.is_dropped:
                self._join(record)
        for group in self.groups:
            if group.last is None and any(record.is_told for record in group.records.values()):
                for other in groups.values():
                    if not other.records:
                        group.follow(other)
                group.last = group.looked = group.last or now
        for group in self.groups:
            if not group.records:
                self._settle(group, now)

    def _set_turns(self, now: Moment) -> None:
        if (digest := self._digest_at(now)) is not None:  # the wall clock may have jumped since
            if digest <= now.mono:
                self._changed[DIGEST] = None
            else:
                self._changed.pop(DIGEST, None)
                self._turns.drop(DIGEST)
        changed, self._changed = self._changed, {}
        for key in changed:
            group = self._groups.get(key)
            at = self.turn_at(group, now) if group is not None else None
            if group is None or at is None:
                self._turns.drop(key)
            else:
                self._turns.set(key, at, is_critical=group.is_critical)

    def _digest_at(self, now: Moment) -> float | None:
        group = self._groups.get(DIGEST)
        return self._digest_due(group, now)[1] if group is not None and group.has_news else None

    def _take_turn(self, group: Group, at: float, now: Moment) -> Sending | None:
        self._expire(group, now)
        if self._groups.get(group.key) is not group or (self.turn_at(group, now) or 0.0) > now.mono:
            return None
        if group.is_digest and group.has_news:
            day, due = self._digest_due(group, now)
            said = group.new_until(now.wall + due - now.mono)
            return self._sending(group, said, due, now, day=day) if due <= now.mono else None
        if group.has_news:
            return self._sending(group, group.said_now(self._ask), at, now)
        reminded, over = group.look(self._ask, now, self.channel)
        for record in over:
            self._remove(record, now)
        self._settle(group, now)
        self._forget_dropped(now)
        return self._sending(group, reminded, now.mono, now, is_reminder=True) if reminded else None

    def _sending(
        self, group: Group, said: list[Record], at: float, now: Moment, *,
        is_reminder: bool = False, day: date | None = None,
    ) -> Sending:  # fmt: skip
        late = max(0.0, now.mono - at)
        notification = notification_of(
            self._target, self.channel.name, group, said, now.wall - late,
            is_reminder=is_reminder, day=day, late=late, left_out=self.left_out,
        )  # fmt: skip
        told = tuple((record, record.version) for record in said)
        return Sending(notification, group, told, loudest_news(said), day)

    def _expire(self, group: Group, now: Moment) -> None:
        """Gives up what is too old to be told. An end is never too old where its opening was sent."""
        if group.is_digest:
            return
        for record in list(group.records.values()):
            is_owed = record.is_told and record.ended is not None
            if record.since is not None and not is_owed and now - record.since > self.channel.max_age:
                self._give_up(record, "too old", now)
        self._settle(group, now)

    def _digest_due(self, group: Group, now: Moment) -> tuple[date, float]:
        assert self.channel.digest is not None
        since = min(record.since.wall for record in group.records.values() if record.since is not None)
        day, due = self.channel.digest.due(since, now.wall, self._digested)
        return day, now.mono + due - now.wall

    def _forget_surplus(self, now: Moment) -> None:
        """Where there are too many, what was not told and is over goes before anything that was told."""
        while (least := self.records.surplus()) is not None:
            untold = islice(self.records.dropped, LOOKED_AT)
            self._remove(next((one for one in untold if not self._ask(one.ref).is_open), least), now)

    def _forget_dropped(self, now: Moment) -> None:
        """Forgets openings that were not told, once their incidents are long over."""
        for record in self.records.dropped:
            if now - (record.ended or record.opened) > DROPPED_KEPT and not self._ask(record.ref).is_open:
                self.records.remove(record)

    def _give_up(self, record: Record, why: str, now: Moment) -> None:
        self.given_up.append(GivenUp(record.ref, why))
        self.left_out += 1
        self._save_self()
        record.drop()
        if record.is_dropped:
            self._leave(record, key_of(record, self.channel), now)
        if record.is_dropped and record.is_lone:
            self.records.remove(record)
        else:
            self._keep_over(record)
        self._changed[key_of(record, self.channel)] = None

    def _keep_over(self, record: Record) -> None:
        """Keeps a record; where it is one more that was not told and is over, the oldest of these goes."""
        self.records.keep(record)
        while (oldest := self.records.surplus_over()) is not None:
            self.records.remove(oldest)

    def _join(self, record: Record) -> Group:
        key = key_of(record, self.channel)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group(key)
        group.records[record.number] = record
        self._changed[key] = None
        return group

    def _leave(self, record: Record, key: GroupKey, now: Moment) -> None:
        group = self._groups.get(key)
        if group is not None and group.records.pop(record.number, None) is not None:
            self._settle(group, now)

    def _remove(self, record: Record, now: Moment) -> None:
        self.records.remove(record)
        self._leave(record, key_of(record, self.channel), now)

    def _settle(self, group: Group, now: Moment) -> None:
        """Writes a group anew; an empty one goes once nothing would have to wait for it."""
        self._changed[group.key] = None
        if self._groups.get(group.key) is not group:
            return
        is_bound = group.last is not None and now.mono < group.last.mono + self.channel.group_interval
        is_kept = bool(group.records) or is_bound
        if not is_kept:
            del self._groups[group.key]
        if group.last is not None:
            self._changes[self._part(f"group/{name_of(group.key)}")] = group.dump() if is_kept else None

    def _undigested(self) -> list[Group]:
        return [group for key, group in self._groups.items() if key != DIGEST]

    def _save_self(self) -> None:
        digested = self._digested.isoformat() if self._digested is not None else None
        is_plain = not self.left_out and digested is None
        data = None if is_plain else {"left_out": self.left_out, "digested": digested}
        self._changes[self._part("self")] = data

    def _part(self, name: str) -> str:
        return f"{self._target}/{name}"
