"""The conversation with Wings about one server, sans-IO: told what came and when, it says what follows.

It outlives connections. Every input gives outputs: core events, frames to send, a token that is
needed, or the end of this connection with its cause. It never reads a clock and never waits.
"""

from __future__ import annotations

from collections import Counter
from math import inf
from random import Random

from automaton.core.calls import Signal
from automaton.core.events import (
    DaemonError,
    LinePrinted,
    LinkLost,
    LinkUp,
    Overflow,
    Source,
    State,
    StateChanged,
    StatsReported,
)
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.pace.bucket import Bucket
from automaton.wings.auth import Auth
from automaton.wings.causes import PLANS, Cause
from automaton.wings.event_reader import EventReader
from automaton.wings.frames import Frame, read_frame
from automaton.wings.pending_action import WAY, PendingAction, is_locked, without_prefix
from automaton.wings.session_output import ActionAnswered, Ended, ListAgain, Output, SendFrame
from automaton.wings.token import Token
from automaton.wings.upgrade import cause_of_close, cause_of_refusal

DETAIL = 300  # characters of a refusal's body, or a close frame's reason, that are kept
# Wings sends none, and its kin may send now and then what we cannot read: a frame of another shape.
NONSENSE_A_SECOND = 100.0  # messages that may be unreadable; twenty times as many at once
# Seconds. A proxy before a node that is down says an hour, as its page of maintenance does by default.
LONGEST_OUTAGE_WAIT = 300.0
BLIND_FOR = 10.0  # seconds without a valid token after which the link counts as lost
_OF_THE_CONVERSATION = frozenset({
    "auth success", "jwt error", "daemon error", "throttled", "token expiring", "token expired",
})  # fmt: skip
_OF_EVERY_SECOND = (StatsReported, LinePrinted)
_TOO_MUCH_NONSENSE = f"over {NONSENSE_A_SECOND:.0f} messages a second came that are none of Wings"


class Session:
    """All that is known of one server's conversation with Wings. `brief`: its one token ends soon."""

    __slots__ = (
        "_auth",
        "_is_over",
        "_lost_reported",
        "_nonsense",
        "_pending",
        "_reader",
        "_up_reported",
        "counts",
        "last_error",
        "server",
    )

    def __init__(self, server: str, chance: Random, *, brief: bool = False) -> None:
        self.server = server
        self.counts: Counter[str] = Counter()
        self.last_error = ""  # the last `daemon error` that answered nothing of ours
        self._auth = Auth(chance)
        self._reader = EventReader(server, self.counts)
        self._pending = PendingAction(brief=brief)
        self._nonsense = Bucket(20 * NONSENSE_A_SECOND, NONSENSE_A_SECOND)
        self._up_reported = False
        self._lost_reported = False
        self._is_over = True

    @property
    def state(self) -> State | None:
        """The power state last heard, perhaps long ago."""
        return self._reader.state

    @property
    def is_live(self) -> bool:
        """True while events come through."""
        return self._auth.sees

    @property
    def is_told_up(self) -> bool:
        """Whether the last that was told of the link is that it is up: a blind one is, for a while."""
        return self._up_reported

    @property
    def blind_since(self) -> float | None:
        """The `mono` since which the link has had no valid token; None where it has one."""
        return self._auth.blind_since

    @property
    def token_trouble(self) -> Ended | None:
        """Why the last token could not be had, while another one is waited for."""
        end = self._auth.trouble
        return Ended(end.cause, _plain(end.detail), end.after) if end is not None else None

    def opened(self, now: Moment) -> list[Output]:
        """The upgrade succeeded."""
        self._is_over = False
        self._nonsense = Bucket(20 * NONSENSE_A_SECOND, NONSENSE_A_SECOND)
        return self._through(self._auth.opened(now), now)

    def refused(self, status: int, body: str, now: Moment, after: float | None = None) -> list[Output]:
        """The upgrade was answered with another status than 101. `after`: its Retry-After."""
        if after is not None and status >= 500:
            after = min(after, LONGEST_OUTAGE_WAIT)
        return self.ended(Ended(cause_of_refusal(status, body), f"HTTP {status}: {body}", after), now)

    def closed(self, code: int | None, reason: str, now: Moment) -> list[Output]:
        """The connection ended; `code` None where no close frame came, the commonest end of all."""
        if self._is_over:
            return []
        said = f"close {code} {reason}".strip() if code is not None else "no close frame"
        return self.ended(Ended(cause_of_close(code, reason), said), now)

    def ended(self, end: Ended, now: Moment) -> list[Output]:
        """This try, or this connection, is over for that cause. Wings' own words are made harmless."""
        end = Ended(end.cause, _plain(end.detail), end.after)
        outputs = self._pending.lost()
        if self._up_reported or not self._lost_reported:
            outputs.append(LinkLost(server=self.server, at=now, reason=end.cause.value))
        if PLANS[end.cause].list_again:
            outputs.append(ListAgain())
        self._up_reported, self._lost_reported = False, True
        self._is_over = True
        self._auth.closed()
        self._reader.closed()
        return [*outputs, end]

    def token(self, token: Token, now: Moment) -> list[Output]:
        """The token that was needed."""
        return [] if self._is_over else self._through(self._auth.token(token, now), now)

    def token_failed(self, trouble: Ended, now: Moment) -> list[Output]:
        """The token that was needed cannot be had, for this cause."""
        return [] if self._is_over else self._through(self._auth.token_failed(trouble, now), now)

    def hurry(self, now: Moment) -> None:
        """Asks soon for a token that could not be had: it may be given now."""
        self._auth.hurry(now)

    def received(self, text: str, now: Moment) -> list[Output]:
        """What one message means: frames that are unreadable, or unknown, are counted and mean nothing."""
        if self._is_over:
            return []
        frame = read_frame(text)
        if frame is None:
            self.counts["frames_unreadable"] += 1
            if self._nonsense.take(now.mono) > 0:
                return self.ended(Ended(Cause.FLOODED, _TOO_MUCH_NONSENSE), now)
            return []
        if frame.event in _OF_THE_CONVERSATION:
            if frame.event == "auth success":
                return self._authenticated(now)
            return self._through(self._trouble(frame, now), now)
        if not self._up_reported:
            # No Wings tells anything before an `auth` succeeded. Taken in, it would be known for ever of a
            # server that nobody sees: the link is told as lost once, and was never told as up again.
            self.counts["frames_ignored"] += 1
            return []
        outputs = self._reader.read(frame.event, frame.text, now)
        if self._pending.is_waiting:
            outputs.extend(self._noticed(outputs))
        if len(outputs) == 1 and type(outputs[0]) in _OF_EVERY_SECOND:  # nearly always, and no end
            return outputs
        return self._through(outputs, now)

    def brings_deadline(self, outputs: list[Output]) -> bool:
        """Whether `advance` may be needed sooner since a message meant this; nearly all put it off."""
        if len(outputs) != 1:
            return True
        (one,) = outputs
        if type(one) is StatsReported:
            return self._reader.hastens
        return type(one) is not LinePrinted or one.source is not Source.GAME

    def power(self, signal: Signal, now: Moment) -> list[Output]:
        """Asks for a power action; `Answered` follows, now or later."""
        if blocked := self._blocked():
            return [*blocked]
        return self._pending.power(signal, self._reader.state_now, self._auth.token_used, now)

    def command(self, text: str, now: Moment) -> list[Output]:
        """Types a console command; `Answered` follows, now or later."""
        if blocked := self._blocked():
            return [*blocked]
        return self._pending.command(text, self._reader.state_now, self._auth.token_used, now)

    def ask(self, text: str, now: Moment) -> SendFrame | Outcome:
        """The frame that types a question, whose answer is a line; or why none is to be sent."""
        if blocked := self._blocked():
            return blocked[0].outcome
        if self._auth.is_renewing:  # a `daemon error` could be its answer
            return Outcome(Result.FAILED, "a token is renewed", WAY)
        asked = self._pending.ask(text, self._reader.state_now, self._auth.token_used, now)
        return asked if isinstance(asked, SendFrame) else asked.outcome

    def withheld(self, why: str) -> list[Output]:
        """The action in flight was not sent after all."""
        return self._pending.withheld(why)

    def advance(self, now: Moment) -> list[Output]:
        """What follows from time having passed. To be called at `next_deadline` or soon after."""
        if self._is_over:
            return []
        outputs = [*self._pending.advance(now)]
        if now.mono >= self._pending.errs_until:  # a `daemon error` could be either's, so one at a time
            outputs.extend(self._auth.advance(now))
        if self._auth.sees:
            outputs.extend(self._reader.advance(now))
        elif self._up_reported and now.mono >= self._blind_at():
            outputs.append(LinkLost(server=self.server, at=now, reason=Cause.TOKEN_REFUSED.value))
            self._up_reported, self._lost_reported = False, True
            self._reader.closed()
        return self._through(outputs, now)

    def next_deadline(self) -> float:
        """The `mono` at which `advance` is next needed; infinite when nothing is awaited."""
        if self._is_over:
            return inf
        pending = self._pending.next_deadline()
        auth = max(self._auth.next_deadline(), self._pending.errs_until)
        if self._auth.sees:
            return min(pending, auth, self._reader.next_deadline())
        return min(pending, auth, self._blind_at() if self._up_reported else inf)

    def _blind_at(self) -> float:
        return inf if self._auth.blind_since is None else self._auth.blind_since + BLIND_FOR

    def _blocked(self) -> list[ActionAnswered]:
        if not self._auth.sees:
            return [ActionAnswered(Outcome(Result.FAILED, "there is no authenticated link to the node", WAY))]
        if self._pending.is_waiting or self._auth.in_flight:
            return [
                ActionAnswered(
                    Outcome(Result.FAILED, "another question to the node is not answered yet", WAY)
                )
            ]
        return []

    def _authenticated(self, now: Moment) -> list[Output]:
        done = self._auth.succeeded(now)
        if done is None:
            self.counts["frames_ignored"] += 1
            return []
        outputs: list[Output] = []
        if done.lost:
            outputs.append(Overflow(server=self.server, at=now, lines=done.lost, only_lines=False))
        if not self._up_reported:
            self._up_reported = True
            outputs.append(LinkUp(server=self.server, at=now))
        if done.first:
            self._reader.begun(now)
        elif done.lost:
            outputs.extend(self._reader.resumed(now))
        return outputs

    def _trouble(self, frame: Frame, now: Moment) -> list[Output]:
        self.counts[frame.event.replace(" ", "_")] += 1
        match frame.event:
            case "jwt error":
                outputs = self._auth.refused(frame.text, now)
                return outputs if self._auth.sees else [*self._pending.on_blind(frame.text), *outputs]
            case "daemon error":
                is_ours = self._pending.is_waiting and "power action" in frame.text
                if self._auth.in_flight and not is_ours:
                    return self._auth.daemon_error(frame.text, now)
                failure = self._failure(frame.text, now)
                if outputs := self._pending.on_error(frame.text, now):
                    return [*failure, *outputs]
                # No action was asked over the websocket: a question failed, an action taken over HTTP did
                # afterwards, or a human's. Wings does not say which (protocol.md 3).
                self.counts["errors_unasked"] += 1
                self.last_error = _plain(without_prefix(frame.text))
                return failure
            case "throttled":
                if frame.text == "auth":
                    self._auth.throttled(now)
                return self._pending.on_throttled(frame.text, now)
            case _:
                self._auth.expiring(now)
        return []

    def _failure(self, text: str, now: Moment) -> list[Output]:
        """Something failed at the node. Its lock is no failure: it answers one power action too many."""
        detail = _plain(without_prefix(text))
        return [] if is_locked(detail) else [DaemonError(server=self.server, at=now, detail=detail)]

    def _noticed(self, outputs: list[Output]) -> list[Output]:
        """What the events just read say about the action in flight."""
        found: list[Output] = []
        for output in outputs:
            match output:
                case StateChanged(state=state):
                    found.extend(self._pending.on_state(state))
                case LinePrinted(text=text):
                    found.extend(self._pending.on_line(text))
        return found

    def _through(self, outputs: list[Output], now: Moment) -> list[Output]:
        """Ends the session's connection where an output says so; outputs after it are void."""
        for place, output in enumerate(outputs):
            if isinstance(output, Ended):
                return [*outputs[:place], *self.ended(output, now)]
        return outputs


def _plain(detail: str) -> str:
    """The text without control characters, and no longer than an operator reads."""
    detail = detail[:DETAIL]
    return (
        detail
        if detail.isprintable()
        else " ".join("".join(c if c.isprintable() else " " for c in detail).split())
    )
