"""Random rules, limits and happenings over a small fleet: all that may come, in any order.

The same seed is the same turmoil.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.calls import Call, Signal
from automaton.core.events import Event, State
from automaton.core.expression import Expression
from automaton.core.gates.limits import Allowance, Budget, Limits
from automaton.core.outcome import Outcome, Result
from automaton.match.glob import compile_glob
from automaton.match.path_glob import compile_path_glob
from tests.core.fleet import find, profile
from tests.core.story import DONE, LIVE, Story, book
from tests.core.turmoil_rules import WRITTEN, rules

SERVERS = 4
NODES = 2
GAPS = (0.0, 0.0, 0.1, 0.5, 1.0, 1.0, 2.0, 5.0)
LINES = (
    "error",
    "calm",
    "enough",
    "recycle",
    "Done (1.0s)!",
    "Saved the game",
    "There are 0 of a max of 20 players online",
    "mood 1",
    "mood 2",
    "mood none",
    "in a good mood",
    "in a bad mood",
)
EVENTS = ("player.join", "player.join", "crash", "backup.completed", "ready", "install.completed")
UUIDS = ("ours", "another's")
# The least and the largest that a hook may bring (web/hooks.py), which a memory must take again.
NUMBERS = (0, 2**63 - 1, 1 - 2**63, 0.1, 5e-324, 1.7976931348623157e308, -1.7976931348623157e308, None)
BEGUN = replace(DONE, ref="ours")
OUTCOMES = (
    DONE,
    BEGUN,
    replace(DONE, status=200, body="7"),
    replace(DONE, status=200, body="8"),
    Outcome(Result.FAILED, "no", status=503, body="down"),
    Outcome(Result.UNKNOWN, "nobody knows"),
    Outcome(Result.REFUSED, "not now"),
    Outcome(Result.REFUSED, "another power action has the lock", passing=True),
    Outcome(Result.FAILED, "the Panel does not answer", passing=True),
)
Way = Callable[[str], None]
NEVER_LONGER = 3 * 3600.0  # an action waits up to two hours, and what comes after it minutes
REPORTS = "reports"


class Turmoil(Story):
    """`now` is the moment of the last happening, `gone` are servers that are not listed.

    `silent_since` is by the id of a silence; `held_since` is when somebody last put everything on hold,
    `unwritten_since` when the journal was last lost.
    """

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.now = 0.0
        self.gone: set[str] = set()
        self.silent_since: dict[str, float] = {}
        self.held_since = self.unwritten_since = 0.0
        self.limited_since = 0.0
        self.has_panel = True
        super().__init__(rules(self.chance), limits(self.chance), state=None, profile=profile(0, "eu0"))
        for number in range(1, SERVERS):
            self.at(0.0, ev.ServerListed, profile=profile(number, f"eu{number % NODES}"))
        find(self, 0.0, *range(SERVERS))
        self.answer = self._answer
        self._ways = self._ways_by_weight()

    @property
    def limits(self) -> Limits:
        """In force since `limited_since`."""
        return self._limits

    def let_time_pass(self) -> None:
        self.now = round(self.now + self.chance.choice(GAPS), 3)
        self.until(self.now)

    def happen(self) -> str:
        """One thing happens now. What it was, in a word."""
        holding = (self.released, self.engine.hold is not None), (self.journal_back, self.engine.no_journal)
        ends: list[Way] = [way for way, is_holding in holding if is_holding]
        is_over = ends and self.chance.random() < 0.2
        way = self.chance.choice(ends if is_over else self._ways)
        way(f"u{self.chance.randrange(SERVERS)}")
        return way.__name__

    def come_to_its_end(self) -> None:
        """All servers run, no rule is left, every call is answered: and then a long time passes."""
        self.answer = lambda _: DONE
        self._limits, self.limited_since = LIVE, self.now
        self.adopt(self.now, "rules: []", LIVE)
        for number in range(SERVERS):
            self.at(self.now, ev.ServerListed, profile=profile(number))
        self.has_panel = True
        for number in range(SERVERS):
            self.at(self.now, ev.PanelBack, server=f"u{number}")
        find(self, self.now, *range(SERVERS))
        self.at(self.now, ev.HoldEnded, server="")
        self.at(self.now, ev.JournalBack, server="")
        for _, number, call in list(self.asked):
            self.at(self.now, ev.CallEnded, server=call.server, number=number, outcome=DONE)
        self.now += NEVER_LONGER
        self.until(self.now)

    def _answer(self, call: Call) -> Outcome | None:
        if self.chance.random() >= 0.5:
            return None
        return replace(DONE, body=self.chance.choice("789")) if call.verb == "http" else BEGUN

    def _ways_by_weight(self) -> list[Way]:
        often: list[Way] = [self.stats, self.line_printed, self.state_changed, self.occurred, self.call_ended]
        at_times: list[Way] = [self.link_lost, self.link_up, self.listed, self.overflow, self.counted]
        at_times += [self.silence, self.person, self.fall, self.start_fails, self.panel, self.docker]
        seldom: list[Way] = [self.hold, self.journal_lost, self.server_gone, self.reload, self.restarted]
        seldom.append(self.armed)
        return often * 6 + at_times * 3 + seldom

    def stats(self, server: str) -> None:
        self.memory(self.now, self.chance.choice((10, 60, 85, 99)), server=server)

    def line_printed(self, server: str) -> None:
        self.line(self.now, self.chance.choice(LINES), server=server)

    def occurred(self, server: str) -> None:
        name, player = self.chance.choice(EVENTS), self.chance.choice("AB")
        number = NUMBERS[len(self.decisions) % len(NUMBERS)]
        uuid = self.chance.choice(UUIDS)
        self.happens(self.now, name, server=server, player=player, ok=True, uuid=uuid, number=number)

    def state_changed(self, server: str) -> None:
        state = self.chance.choice((*State, State.RUNNING, State.RUNNING, State.RUNNING))
        self.state(self.now, state, server=server)

    def fall(self, server: str) -> None:
        """A crash that Wings handles, or does not, or of which it says nothing."""
        self.state(self.now, State.OFFLINE, server=server)
        for name in self.chance.choice((("crash",), ("crash", "crash.unhandled"), ())):
            self.happens(self.now, name, server=server)

    def start_fails(self, server: str) -> None:
        """As while Docker is down, or the image is missing."""
        self.state(self.now, State.STARTING, server=server).state(self.now, State.OFFLINE, server=server)
        if self.chance.random() < 0.5:
            self.at(self.now, ev.StartFailed, server=server)
            self.happens(self.now, "crash.unhandled", server=server)
        if self.chance.random() < 0.3:
            self.at(self.now, ev.DaemonError, server=server, detail="no such image")

    def panel(self, _: str) -> None:
        """The Panel goes for all of its servers, or is back."""
        self.has_panel = not self.has_panel
        for number in range(SERVERS):
            self.at(self.now, ev.PanelBack if self.has_panel else ev.PanelLost, server=f"u{number}")

    def docker(self, _: str) -> None:
        """Docker goes: everything that runs falls, and Wings cannot start it again."""
        for number in range(SERVERS):
            self.state(self.now, State.OFFLINE, server=f"u{number}")
            self.happens(self.now, "crash.unhandled", server=f"u{number}")

    def call_ended(self, _: str) -> None:
        """One of the last, which may have ended already."""
        if self.asked:
            number, call = self.chance.choice(self.asked[-6:])[1:]
            outcome = self.chance.choice(OUTCOMES)
            self.at(self.now, ev.CallEnded, server=call.server, number=number, outcome=outcome)

    def link_lost(self, server: str) -> None:
        reason = self.chance.choice(("", "", "no_permission"))
        self.at(self.now, ev.LinkLost, server=server, reason=reason)

    def link_up(self, server: str) -> None:
        state = self.chance.choice((State.RUNNING, State.RUNNING, State.RUNNING, State.OFFLINE))
        self.at(self.now, ev.LinkUp, server=server)
        self.at(self.now, ev.StateReported, server=server, state=state)

    def listed(self, server: str) -> None:
        """Anew, or somewhere else, or suspended."""
        node = f"eu{self.chance.randrange(NODES)}"
        suspended = self.chance.random() < 0.15
        self.gone.discard(server)
        self.at(self.now, ev.ServerListed, profile=profile(int(server[1:]), node, suspended=suspended))

    def server_gone(self, server: str) -> None:
        self.at(self.now, ev.ServerGone, server=server, reason="deleted")
        self.gone.add(server)

    def overflow(self, server: str) -> None:
        only_lines = self.chance.random() < 0.7
        self.at(self.now, ev.Overflow, server=server, lines=3, only_lines=only_lines)

    def counted(self, server: str) -> None:
        self.at(self.now, ev.PlayersCounted, server=server, players=self.chance.choice((0, 3)))

    def silence(self, _: str) -> None:
        name = self.chance.choice("ab")
        if self.chance.random() < 0.4:
            self.at(self.now, ev.SilenceEnded, server="", id=name)
            return
        until = self.now + self.chance.choice((3.0, 20.0))
        named = (self.chance.choice(("*", "memory")),)
        self.silent_since[name] = self.now
        self.at(self.now, ev.SilenceBegan, server="", id=name, rules=named, servers=(), until=until)

    def hold(self, _: str) -> None:
        self.held_since = self.now
        self.at(self.now, ev.HoldBegan, server="", reason="it is tried", by="uid 0")

    def armed(self, _: str) -> None:
        """In shadow, or as the file says: rules that are off would leave little to be looked at."""
        arm = self.chance.choice((Arm.SHADOW, None))
        self.at(self.now, ev.RuleArmed, server="", rule="memory", arm=arm, by="uid 0")

    def released(self, _: str) -> None:
        self.at(self.now, ev.HoldEnded, server="", by="uid 0")

    def journal_lost(self, _: str) -> None:
        self.unwritten_since = self.now
        self.at(self.now, ev.JournalLost, server="", reason="no space left on device")

    def journal_back(self, _: str) -> None:
        self.at(self.now, ev.JournalBack, server="")

    def person(self, _: str) -> None:
        kinds: tuple[type[Event], ...] = (ev.Acknowledged, ev.BreakerReset)
        self.at(self.now, self.chance.choice(kinds), server="", rule=self.chance.choice(list(WRITTEN)))

    def reload(self, _: str) -> None:
        if self.chance.random() < 0.6:
            self._rules = rules(self.chance)
        if self.chance.random() < 0.3:
            self._limits, self.limited_since = limits(self.chance), self.now
        self.adopt(self.now, self._rules, self._limits)

    def restarted(self, _: str) -> None:
        """automaton was away, for a moment or longer."""
        down_for = self.chance.choice((0.5, 5.0, 30.0))
        self.restart(self.now, down_for)
        self.now += down_for
        self.until(self.now)


def limits(chance: Random) -> Limits:
    def budget() -> Budget | None:
        return chance.choice((None, Budget(chance.randrange(1, 4), chance.choice((5.0, 20.0, 60.0)))))

    return Limits(
        arm=chance.choice((*[Arm.LIVE] * 6, Arm.SHADOW, Arm.OFF)),
        power_server=budget(),
        power_node=budget(),
        power_fleet=budget(),
        send_server=budget(),
        send_fleet=budget(),
        parallel=chance.choice((None, 1, 2)),
        settle=chance.choice((0.0, 0.0, 3.0)),
        report=chance.choice((None, REPORTS)),
        hold_power_if=MANY_UNSEEN if chance.random() < 0.4 else None,
        resume_within=chance.choice((0.0, 20.0, 300.0)),
        allow=chance.choice(((), (EVERYTHING,))),
    )


def _expression(text: str) -> Expression:
    holds = book(f"rules: [{{id: a, by: fleet, while: '{text}', do: []}}]").rules[0].holds
    assert holds is not None
    return holds


EVERYTHING = Allowance(
    None, frozenset(Signal), (compile_glob("*"),), files=(compile_path_glob("*"),),
    startup=(compile_glob("*"),), reinstall=True,
)  # fmt: skip
MANY_UNSEEN = _expression("share(not connected) > 0.3")
