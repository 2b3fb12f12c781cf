"""All that may happen next: every step of every process, of the log, of the network and of time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from automaton.cluster.claim import State
from automaton.cluster.claim_steps import (
    Append,
    NotTaken,
    Owned,
    ReadLast,
    ReadTail,
    Released,
    Step,
    Stop,
    Written,
)
from automaton.cluster.stamp import Kind, Placed, Stamp, Writer, believed
from tests.model.cluster.names import Names
from tests.model.cluster.world import (
    UNDER_WAY,
    Act,
    Broken,
    Doing,
    Log,
    Named,
    Out,
    Process,
    Reply,
    Rules,
    World,
)

Happening = tuple[str, World]
FRESH = Process()


class Steps:
    """What may follow on a world under some rules; raises Broken where it breaks a law.

    A reading is of the moment at which it is asked for: whoever asks later was told later why.
    """

    def __init__(self, rules: Rules, longest_log: int) -> None:
        self.rules, self.longest_log = rules, longest_log
        self.names = Names(rules)

    def of_shard(self, world: World) -> Iterator[Happening]:
        """All but crashes and time, which are of all shards at once; each with its name."""
        has_room = not self.rules.loses or world.log.last < self.longest_log
        for number, process in enumerate(world.processes):
            if process.claim is None:
                # Those that never did anything are alike: the first of them begins.
                is_next = process != FRESH or not number or world.processes[number - 1] != FRESH
                if world.faults.claims and has_room and is_next:
                    yield from self.begin(_spent(world, "claims"), number)
            else:
                yield from self._answers(world, number)
                yield from self._deeds(world, number, has_room)
            yield from self._waking(world, number)
        yield from self._of_the_log(world, has_room)

    def unseen(self, world: World) -> Iterator[Happening] | None:
        """What nobody else can see, so that no other order of it needs to be tried; None without such.

        A message that comes too late arrives; one who has no lease finds that somebody else has claimed.
        """
        if not self.rules.is_fenced or world.faults.losses:
            return None
        last = world.log.last
        for number, process in enumerate(world.processes):
            if process.claim is None:
                continue
            if process.out is not None and process.out.expected < last:
                return self._arriving(world, number)
            seen = self.names.seen(process.claim)
            if seen.has_lease or (seen.epoch and self.rules.loses):
                continue
            if process.reply is not None and not process.reply.landed:
                return self.hear(world, number)
            is_waiting = process.reply is not None or process.out is not None
            if seen.epoch and seen.is_due and not is_waiting and self._is_over(world, number):
                return self.tick(world, number)
        return None

    def _is_over(self, world: World, number: int) -> bool:
        return self.names.stamp(world.log.end[-1]).writer.member != str(number)

    # What a process does.

    def begin(self, world: World, number: int) -> Iterator[Happening]:
        """Somebody claims who owns nothing."""
        process = world.processes[number]
        me = Writer(str(number), str(process.boot), process.lives)
        claim = self.names.begun(me, world.told)
        begun = process._replace(lives=process.lives + 1, claim=claim)
        yield from self._tell(put(world, number, begun), number, "claims", "claim")

    def _deeds(self, world: World, number: int, has_room: bool) -> Iterator[Happening]:
        process = world.processes[number]
        assert process.claim is not None
        seen = self.names.seen(process.claim)
        owns = seen.state is State.OWNING
        if seen.is_due and (not owns or has_room):
            yield from self.tick(world, number)
        if owns and not seen.is_leaving and has_room:
            if world.faults.entries:
                spent = _spent(world, "entries")
                yield from self.append(spent, number, Kind.ENTRIES)
            if seen.is_lost:
                yield from self.append(world, number, Kind.ADOPTED)
            is_idle = not process.ready and process.checked is None and not world.acts
            if world.faults.releases and is_idle:
                yield from self._tell(_spent(world, "releases"), number, "is to release", "release", "")
        if seen.may_act:
            for entry in process.ready:
                rest = put(world, number, process._replace(ready=process.ready - {entry}))
                doing = Doing(entry, seen.epoch)
                yield f"{number} acts", self._act(rest, doing, False)
                if world.faults.stops and process.checked is None:
                    held = rest.processes[number]._replace(checked=doing)
                    stopped = put(_spent(rest, "stops"), number, held)
                    yield f"{number} is stopped between look and write", stopped

    def append(self, world: World, number: int, kind: Kind) -> Iterator[Happening]:
        """The owner writes."""
        yield from self._tell(world, number, f"writes {kind}", "append", kind, 0.0)

    def tick(self, world: World, number: int) -> Iterator[Happening]:
        """Its time has come."""
        yield from self._tell(world, number, "goes on", "tick", 0.0)

    def _waking(self, world: World, number: int) -> Iterator[Happening]:
        """It was stopped between look and write, and writes now, whatever has become of its lease."""
        process = world.processes[number]
        doing = process.checked
        if doing is None:
            return
        seen = None if process.claim is None else self.names.seen(process.claim)
        is_stray = seen is None or seen.epoch != doing.epoch or not seen.has_lease
        after = put(world, number, process._replace(checked=None))
        yield f"{number} wakes and writes", self._act(after, doing, is_stray)

    def _act(self, world: World, doing: Doing, is_stray: bool) -> World:
        if doing.stamp in world.acted:
            raise Broken("something is done twice")
        if doing.stamp not in world.log.entries:
            raise Broken("something is done whose entry is not in the log")
        if world.spared is not None and doing.stamp not in world.spared:
            raise Broken("what was written behind a loss is acted on before anybody has adopted it")
        is_told = is_stray and self.rules.tells_strays
        acts = sorted((*world.acts, Act(doing.epoch, is_told, UNDER_WAY)))
        return world._replace(
            acts=tuple(acts), acted=world.acted | {doing.stamp}, strays=world.strays + is_told
        )

    @staticmethod
    def crash(world: World, number: int) -> World:
        """A member's process ends, and another begins; what was on its way may still arrive."""
        process = world.processes[number]
        old = world.old if process.out is None else world.old | {process.out}
        restarted = FRESH if process == FRESH else Process(boot=process.boot + 1, lives=process.lives)
        return put(_spent(world, "crashes")._replace(old=old), number, restarted)

    # What comes back to it.

    def _answers(self, world: World, number: int) -> Iterator[Happening]:
        process = world.processes[number]
        if process.out is not None:
            yield from self._arriving(world, number)
        if process.reply is not None:
            yield from self.hear(world, number)
        is_awaited = process.out is not None or process.reply is not None
        if world.faults.silences and is_awaited:
            old = world.old if process.out is None else world.old | {process.out}
            left = put(_spent(world, "silences"), number, process._replace(out=None, reply=None))
            yield from self._tell(left._replace(old=old), number, "waits no longer", "unsure", 0.0)
        if world.faults.outages and process.out is not None:
            left = put(_spent(world, "outages"), number, process._replace(out=None))
            yield from self._tell(left, number, "is told that nothing works", "unavailable", 0.0)

    def _arriving(self, world: World, number: int) -> Iterator[Happening]:
        yield f"what {number} sent arrives", self.arrive(world, number)

    def arrive(self, world: World, number: int) -> World:
        """What it sent is at the log."""
        process = world.processes[number]
        assert process.out is not None
        after, reply = self._appended(world, process.out)
        if reply.landed and self.rules.loses:
            log = [Placed(sequence, self.names.stamp(one)) for sequence, one in enumerate(after.log.end, 1)]
            if not any(one.sequence == reply.sequence for one in believed(log)):
                raise Broken("a message is acknowledged that does not count")
        return put(after, number, process._replace(out=None, reply=reply))

    def hear(self, world: World, number: int) -> Iterator[Happening]:
        """The answer is back."""
        process = world.processes[number]
        assert process.reply is not None
        landed, sequence = process.reply
        heard = put(world, number, process._replace(reply=None))
        what = "acknowledged" if landed else "refused"
        yield from self._tell(heard, number, f"hears: {what}", what, sequence, 0.0)

    def _appended(self, world: World, out: Out) -> tuple[World, Reply]:
        log, stamp = world.log, self.names.stamp(out.stamp)
        is_there = stamp.kind is not Kind.IDLE and out.stamp in (
            log.end if self.rules.loses else (*log.end, *log.entries)
        )
        if not self._takes(log, out):
            return world, Reply(False, log.last)
        if not self.rules.loses:
            self._judge(stamp, is_there, self.names.stamp(log.end[-1]) if log.end else None)
        entries = log.entries | {out.stamp} if stamp.kind is Kind.ENTRIES else log.entries
        after = world._replace(log=Log(log.last + 1, (*log.end, out.stamp), entries))
        if stamp.kind is Kind.ADOPTED or out.stamp == world.missing:
            after = after._replace(spared=None)
        after = after._replace(missing=None)
        return after, Reply(True, log.last + 1)

    def _takes(self, log: Log, out: Out) -> bool:
        if not self.rules.is_fenced:
            return True
        is_behind = out.behind is None or not self.rules.loses or not self.rules.knows_last
        return log.last == out.expected and (is_behind or log.end[-1:] == (out.behind,))

    @staticmethod
    def _judge(stamp: Stamp, is_there: bool, before: Stamp | None) -> None:
        """What the log takes, where it never lost anything."""
        if is_there:
            raise Broken("a message is in the log twice")
        if stamp.kind is not Kind.CLAIM and (before is None or before.writer != stamp.writer):
            raise Broken("somebody writes whose claim is not the last one")
        if stamp.kind is Kind.CLAIM and before is not None and before.epoch >= stamp.epoch:
            raise Broken("an epoch is claimed that was already")

    # What happens to the log.

    def _of_the_log(self, world: World, has_room: bool) -> Iterator[Happening]:
        for out in world.old:
            if has_room and self._takes(world.log, out):
                yield "something arrives late", self._appended(world._replace(old=world.old - {out}), out)[0]
        if world.faults.losses and world.log.end:
            yield "the log loses its last message", self._lost(_spent(world, "losses"))

    def _lost(self, world: World) -> World:
        """What it took before, and that alone, may still be acted on.

        A loss counts of which every process knew what is lost: nobody finds another by itself.
        """
        last, end, entries = world.log
        rest = world._replace(log=Log(last - 1, end[:-1], entries))
        seen = [self.names.seen(one.claim) for one in world.processes if one.claim is not None]
        is_known = last <= world.told.sequence and all(one.known == world.told for one in seen)
        if not is_known or world.spared is not None:
            return rest._replace(missing=None)
        return rest._replace(spared=entries, missing=end[-1])

    def later(self, world: World) -> World:
        """One step of time."""
        later = self.names.later
        processes = tuple(
            one if one.claim is None else Process(one.boot, one.lives, later(one.claim), *one[3:])
            for one in world.processes
        )
        acts = tuple(one._replace(left=one.left - 1) for one in world.acts if one.left > 0)
        return world._replace(processes=processes, acts=acts)

    # The claim itself.

    def _tell(self, world: World, number: int, name: str, what: str, *told: Any) -> Iterator[Happening]:
        """One input, and whatever may follow on it where it asks for a reading."""
        process = world.processes[number]
        assert process.claim is not None
        claim, steps = self.names.told(process.claim, what, *told)
        after = put(world, number, process._replace(claim=claim))
        if not any(isinstance(one, ReadLast | ReadTail) for one in steps):
            yield f"{number} {name}", self._after(after, number, steps)
            return
        behind = next((one.after for one in steps if isinstance(one, ReadTail)), None)
        yield from self._read(after, number, name, behind, world.log.last)
        if world.faults.outages:
            spent = _spent(after, "outages")
            yield from self._tell(spent, number, f"{name}, cannot read", "unavailable", 0.0)
        if world.faults.old_reads:
            spent = _spent(after, "old_reads")
            for length in range(world.log.last - len(world.log.end) + 1, world.log.last):
                yield from self._read(spent, number, f"{name}, reads up to {length}", behind, length)

    def _read(
        self, world: World, number: int, name: str, behind: int | None, length: int
    ) -> Iterator[Happening]:
        log = world.log
        first = log.last - len(log.end) + 1
        placed = [
            Placed(sequence, self.names.stamp(one))
            for sequence, one in enumerate(log.end, first)
            if sequence <= length
        ]
        if behind is None:
            last = placed[-1] if placed else None
            yield from self._tell(world, number, f"{name}, reads the last", "last", last, length, 0.0)
        else:
            tail = tuple(one for one in placed if one.sequence > behind)
            yield from self._tell(world, number, f"{name}, reads the tail", "tail", tail, length, 0.0)

    def _after(self, world: World, number: int, steps: tuple[Step, ...]) -> World:
        process = world.processes[number]
        for step in steps:
            match step:
                case Append(stamp, expected, behind):
                    out = Out(
                        self.names.of(stamp), expected, None if behind is None else self.names.of(behind)
                    )
                    process = process._replace(out=out)
                    if stamp.kind is Kind.ENTRIES and not self.rules.waits_for_log:
                        process = process._replace(ready=process.ready | {out.stamp})
                case Owned(anew=True):
                    process = process._replace(ready=frozenset())
                case Written(stamp, _):
                    written = self.names.of(stamp)
                    if stamp.kind is Kind.ENTRIES and self.rules.waits_for_log:
                        self._look_for(world, written)
                        process = process._replace(ready=process.ready | {written})
                case NotTaken() | Stop() | Released():
                    return put(world, number, Process(process.boot, process.lives, checked=process.checked))
        if self.rules.loses:
            assert process.claim is not None
            world = world._replace(told=max(world.told, self.names.seen(process.claim).known))
        return put(world, number, process)

    @staticmethod
    def _look_for(world: World, written: Named) -> None:
        if written not in world.log.entries:
            raise Broken("an entry is said to be in the log, and is not")


def put(world: World, number: int, process: Process) -> World:
    """The world with another process there."""
    processes = world.processes
    return world._replace(processes=(*processes[:number], process, *processes[number + 1 :]))


def _spent(world: World, fault: str) -> World:
    faults = world.faults
    return world._replace(faults=faults._replace(**{fault: getattr(faults, fault) - 1}))
