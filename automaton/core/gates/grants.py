"""What the actions of one node need of the fleet's budgets: asked for, given, used, and given back.

Law: nothing that needs room in a budget of the fleet goes out before the fleet's engine has given it. What
is told is always the whole, under a turn that only grows; a line is told until it was heard to be over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf
from typing import Any

from automaton.core.calls import Call, Spends
from automaton.core.decision import Verdict
from automaton.core.gates.fleet_budgets import needed
from automaton.core.gates.grant_line import Asker, Line
from automaton.core.gates.held import Held
from automaton.core.gates.limits import Limits
from automaton.core.grant_events import GrantsAnswered, GrantsTold
from automaton.core.moment import Moment
from automaton.core.outbox import Outbox
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.schedule.wall_time import WallTime
from automaton.core.scope import TO_FLEET

SOON = 1.0  # seconds; that something was spent is told together with what else was, for it counts meanwhile
TOLD_AGAIN = 5.0  # seconds until what has no answer yet is told again
TOLD_ANEW = 30.0  # seconds; what goes on is told anew, to a fleet's engine that may know nothing of it
SILENT_AFTER = 30.0  # seconds; what the fleet's engine said before that is not known to be so any more
MOST_ASKED = 64
"""Actions that ask at the same time: of the thousands that may wait, the others ask when these have gone."""

PENDING = Held(Verdict.GRANT_PENDING, "the fleet's budgets have not answered yet")


class Grants:
    """Owns the deadline of the next telling. `limits` are all of them, those of the fleet included.

    `wake` is called with each asker that may go ahead, or waits for another reason by now. `changed` names
    the node if something changed since it was last written.
    """

    def __init__(
        self, node: str, limits: Limits, outbox: Outbox, deadlines: Deadlines[object],
        wake: Callable[[Asker, Moment], None], powering_at: Callable[[str], Asker | None],
        is_awaited: Callable[[str], bool],
    ) -> None:  # fmt: skip
        """`powering_at` finds who acts on a server's power; `is_awaited` tells of one not listed yet."""
        self.limits = limits
        self.changed: dict[str, None] = {}
        self._outbox = outbox
        self._deadlines = deadlines
        self._wake = wake
        self._powering_at = powering_at
        self._is_awaited = is_awaited
        self._node = node
        self._lines: dict[int, Line] = {}
        self._unsent: dict[Asker, Line] = {}
        self._last = 0  # number or turn
        self._heard_turn = 0
        self._heard_at, self._told_at = -inf, inf
        self._wanted_by = inf
        self._claimed_until = -inf

    def answer(self, asker: Asker, call: Call, spends: Spends) -> Held | None:
        """What keeps a call from going out as far as the fleet's budgets go; None where nothing does."""
        budgets = needed(call, self.limits, spends, has_slot=asker.has_slot)
        if not budgets:
            return None
        line = self._unsent.get(asker)
        if line is None or line.budgets != budgets:
            return PENDING
        return None if line.is_given else line.delay or PENDING

    def want(self, asker: Asker, call: Call, spends: Spends, now: Moment) -> None:
        """Asks for room for a call that nothing else holds. Asked once, until it is answered."""
        budgets = needed(call, self.limits, spends, has_slot=asker.has_slot)
        line = self._unsent.get(asker)
        if line is not None and line.budgets == budgets:
            return
        self.let_go(asker, now)
        number = self._next(now)
        self._lines[number] = self._unsent[asker] = Line(number, budgets, asker.home, asker)
        self._tell_by(now.mono)

    def let_go(self, asker: Asker, now: Moment) -> None:
        """Gives back what was asked for a call that is not wanted any more, or that another gate holds."""
        line = self._unsent.pop(asker, None)
        if line is None:
            return
        if line.told_in:
            self._end(line, now)
        else:  # nobody has heard of it
            del self._lines[line.number]
            self._note()

    def use(self, asker: Asker, now: Moment) -> int:
        """Notes that the call goes out now. The number of its line, 0 where it needed none."""
        line = self._unsent.pop(asker, None)
        if line is None:
            return 0
        line.is_sent, line.told_in, line.is_over = True, 0, not line.has_place
        self._note()
        self._tell_by(now.mono + SOON)
        return line.number

    def came_to_nothing(self, number: int, now: Moment) -> None:
        """Gives back what a call spent that the world did not take."""
        line = self._lines.get(number)
        if line is not None and not line.is_in_vain:
            line.is_in_vain, line.told_in = True, 0
            self._note()
            self._tell_by(now.mono)

    def freed(self, asker: Asker, now: Moment) -> None:
        """Gives back the places of one that has no power action going any more."""
        if asker.has_slot:
            return
        for line in self._lines.values():
            if line.is_over or not line.is_sent:
                continue
            if line.asker is asker:
                self._end(line, now)
            elif line.asker is None and line.home == asker.home:
                self._claim(line, now)

    def hear(self, event: GrantsAnswered, now: Moment) -> None:
        """Takes what the fleet's engine says. What it gave stays given; of its delays the newest counts."""
        self._heard_at = now.mono
        is_newest, self._heard_turn = event.turn >= self._heard_turn, max(event.turn, self._heard_turn)
        for line in [one for one in self._lines.values() if one.is_over]:
            if 0 < line.told_in <= event.turn:
                del self._lines[line.number]
                self._note()
        woken = [line for line in self._found(event.given) if not line.is_given]
        for line in woken:
            line.is_given, line.delay = True, None
            self._note()
        if is_newest:
            woken += self._delayed(event)
        # It may know what we do not, as after a log was lost: told how things are, it lets go of that.
        if event.asks or any(number not in self._lines for number in event.given):
            self._tell_by(now.mono)
        self._wake_all(woken, now)
        self._aim()

    def due(self, now: Moment) -> None:
        """Tells the fleet's engine how things are, once it was seen who still wants what."""
        self._look(now)
        self._wanted_by = inf
        turn = self._next(now)
        self._told_at = now.mono
        lines = tuple(self._to_tell())
        for line in lines:
            line.told_in = line.told_in or turn
        told = tuple(line.told() for line in lines)
        self._outbox.put(TO_FLEET, GrantsTold(server="", at=now, node=self._node, turn=turn, lines=told))
        self._deadlines.restless.excuse(self)
        self._aim()

    def dump(self, wall_time: WallTime) -> dict[str, Any]:
        """Plain data, by node."""
        return {self._node: self.dump_one(self._node, wall_time)}

    def dump_one(self, _: str, __: WallTime) -> dict[str, Any]:
        """That of its node."""
        return {"last": self._last, "lines": [line.dump() for line in self._lines.values()]}

    def load(self, data: dict[str, Any], wall_time: WallTime) -> None:
        """Restores what `dump` returned, of one node. What had not gone out is not wanted any more.

        Runs that go on ask anew. What had gone out keeps its place until its server is known again, and for
        no longer than runs may be resumed.
        """
        now = wall_time.now
        for known in data.values():
            self._last = int(known["last"])
            for number, budgets, home, given, sent, in_vain, over in known["lines"]:
                line = Line(number, tuple(budgets), home, None, given, sent, in_vain, over or not sent)
                self._lines[number] = line
        self._claimed_until = now.mono + self.limits.resume_within
        if self._lines:
            self._tell_by(now.mono)

    def _found(self, numbers: tuple[int, ...]) -> list[Line]:
        """The lines of these numbers that have not gone out and are still wanted."""
        lines = (self._lines.get(number) for number in numbers)
        return [line for line in lines if line is not None and not line.is_sent and not line.is_over]

    def _delayed(self, event: GrantsAnswered) -> list[Line]:
        """Takes the delays. The lines that wait for another reason than before."""
        changed = []
        for delay in event.delays:
            held = Held(Verdict.OVER_LIMIT, delay.detail, frozenset({(delay.budget, "")}))
            for line in self._found((delay.number,)):
                if not line.is_given and line.delay != held:
                    line.delay = held
                    changed.append(line)
        return changed

    def _look(self, now: Moment) -> None:
        """Ends what nobody wants any more, and what has ended without a word."""
        is_silent, woken = now.mono - self._heard_at > SILENT_AFTER, []
        for line in list(self._lines.values()):
            if line.is_over:
                continue
            if not line.is_sent:
                if line.asker is not None and not line.asker.is_held:
                    self.let_go(line.asker, now)
                elif is_silent and line.delay is not None:
                    line.delay = None
                    woken.append(line)
            elif line.asker is None:
                self._claim(line, now)
            elif not line.asker.has_slot:
                self._end(line, now)
        self._wake_all(woken, now)

    def _claim(self, line: Line, now: Moment) -> None:
        """Finds who goes on with what an earlier engine left; nobody does once its server is known."""
        line.asker = self._powering_at(line.home)
        waits = self._is_awaited(line.home) and now.mono < self._claimed_until
        if line.asker is None and not waits:
            self._end(line, now)

    def _to_tell(self) -> Iterator[Line]:
        asked = 0
        for line in self._lines.values():
            if not line.is_sent and not line.is_over:
                asked += 1
                if asked > MOST_ASKED:
                    continue
            yield line

    def _end(self, line: Line, now: Moment) -> None:
        line.is_over, line.told_in = True, 0
        self._note()
        self._tell_by(now.mono)

    def _next(self, now: Moment) -> int:
        """Larger than any before, and after a memory was lost as well: the clock has gone on."""
        self._last = max(self._last + 1, int(now.wall * 1000.0))
        self._note()
        return self._last

    def _note(self) -> None:
        self.changed[self._node] = None

    def _wake_all(self, lines: list[Line], now: Moment) -> None:
        for line in lines:
            if line.asker is not None:
                self._wake(line.asker, now)

    def _tell_by(self, mono: float) -> None:
        self._wanted_by = min(mono, self._wanted_by)
        self._aim()

    def _aim(self) -> None:
        """Sets the next telling: soon while an answer is missing, seldom while something only goes on."""
        lines, again = self._lines.values(), inf
        if any(one.is_open or one.told_in > self._heard_turn for one in lines):
            again = self._told_at + TOLD_AGAIN
        elif self._lines:
            again = self._told_at + TOLD_ANEW
        self._deadlines.set(self, min(again, self._wanted_by))
