"""One command or power action over the websocket, and how its outcome is found out.

Wings acknowledges neither, and ignores a forbidden one in silence (protocol.md 3). So the outcome is
inferred from what follows: an error says no, a status or an echo says yes, silence says nothing.
One is in flight at a time, for an error does not say which frame it answers.
"""

from __future__ import annotations

from math import inf

from automaton.core.calls import Signal
from automaton.core.events import State
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.match.lines import PROMPT
from automaton.wings.frames import fits, write_frame
from automaton.wings.session_output import ActionAnswered, Output, SendFrame
from automaton.wings.token import Token

WAY = "websocket"
POWER_ANSWERED_WITHIN = 15.0  # seconds; a start checks disk and files before its first status
COMMAND_ANSWERED_WITHIN = 2.0  # seconds; a terminal echoes at once, an error comes within milliseconds

_LOCK = "another power action is currently being processed"

_FOLLOWS: dict[Signal, frozenset[State]] = {
    Signal.START: frozenset({State.STARTING, State.RUNNING}),
    Signal.STOP: frozenset({State.STOPPING, State.OFFLINE}),
    Signal.RESTART: frozenset({State.STOPPING, State.STARTING}),
    Signal.KILL: frozenset({State.STOPPING, State.OFFLINE}),
}
_PERMISSION: dict[Signal, str] = {
    Signal.START: "control.start",
    Signal.STOP: "control.stop",
    Signal.RESTART: "control.restart",
    Signal.KILL: "control.stop",
}


class PendingAction:
    """The action in flight, if any. `brief`: its token ends soon, perhaps before an answer comes."""

    __slots__ = ("_asked_until", "_brief", "_command", "_deadline", "_signal")

    def __init__(self, *, brief: bool = False) -> None:
        self._brief = brief
        self._asked_until = -inf  # an error may answer a question of before
        self._settle()

    def _settle(self) -> None:
        self._command: str | None = None
        self._signal: Signal | None = None
        self._deadline = inf

    @property
    def is_waiting(self) -> bool:
        """True while an answer is awaited."""
        return self._deadline < inf

    @property
    def errs_until(self) -> float:
        """The `mono` until which an error may be an answer to what was sent."""
        return inf if self.is_waiting else self._asked_until

    def power(self, signal: Signal, state: State | None, token: Token | None, now: Moment) -> list[Output]:
        """Sends a power action, unless it is known to be futile."""
        if refusal := _lacks(token, _PERMISSION[signal]):
            return [refusal]
        if state is State.OFFLINE and signal in (Signal.STOP, Signal.KILL):
            return [_answer(Result.DONE, "the server was offline already")]
        self._signal = signal
        self._deadline = now.mono + POWER_ANSWERED_WITHIN
        return [SendFrame(write_frame("set state", signal.value))]

    def command(self, text: str, state: State | None, token: Token | None, now: Moment) -> list[Output]:
        """Sends a console command, unless it is known to be futile."""
        frame = _typed(text, state, token)
        if isinstance(frame, SendFrame):
            self._command = text.strip()
            self._deadline = now.mono + COMMAND_ANSWERED_WITHIN
        return [frame]

    def ask(
        self, text: str, state: State | None, token: Token | None, now: Moment
    ) -> SendFrame | ActionAnswered:
        """Sends a command for which nobody waits: what it asks, the game answers by a line or not."""
        frame = _typed(text, state, token)
        if isinstance(frame, SendFrame):
            self._asked_until = now.mono + COMMAND_ANSWERED_WITHIN
        return frame

    def on_error(self, text: str, now: Moment) -> list[Output]:
        """A `daemon error` while one is in flight is its answer, but for one soon behind a question.

        That may be the question's: what came of the action shows, or not. Wings' lock is none; it passes by
        itself, and so may what a start fails for: Docker, its image, its Panel.
        """
        if now.mono < self._asked_until and "power action" not in text:
            return []
        passing = is_locked(text) or self._signal in (Signal.START, Signal.RESTART)
        return self._answered(Result.REFUSED, without_prefix(text), passing=passing)

    def on_throttled(self, event: str, now: Moment) -> list[Output]:
        """Wings dropped a frame unread, because of its rate: a question's, perhaps."""
        if now.mono < self._asked_until:
            return []
        mine = "set state" if self._signal is not None else "send command"
        if event not in (mine, "global"):
            return []
        return self._answered(Result.REFUSED, "Wings dropped it: too many messages at once", passing=True)

    def on_blind(self, text: str) -> list[Output]:
        """A `jwt error`: Wings executes nothing while the token is not valid, and tells nothing either."""
        if self._brief:
            return self._answered(Result.UNKNOWN, "it was sent, and its token ended before an answer came")
        detail = f"Wings took no messages: {without_prefix(text)}"
        return self._answered(Result.REFUSED, detail, passing=True)

    def on_state(self, state: State) -> list[Output]:
        """A change to a state that the action leads to is the answer."""
        if self._signal is None or state not in _FOLLOWS[self._signal]:
            return []
        return self._answered(Result.DONE, f"the server is {state}")

    def on_line(self, text: str) -> list[Output]:
        """The terminal's echo of the command proves that it was typed, though not that it took effect."""
        if self._command is None or text.lstrip(PROMPT).rstrip() != self._command:
            return []
        return self._answered(Result.DONE, "the console echoed it")

    def withheld(self, why: str) -> list[Output]:
        """It was not sent."""
        return self._answered(Result.FAILED, why, passing=True)

    def lost(self) -> list[Output]:
        """The link ended before an answer came."""
        return self._answered(Result.UNKNOWN, "the link was lost before an answer could come")

    def advance(self, now: Moment) -> list[Output]:
        """What follows from time having passed."""
        if now.mono < self._deadline:
            return []
        if self._signal is not None:
            return self._answered(Result.UNKNOWN, "it was sent, and no change of state followed")
        return self._answered(
            Result.UNKNOWN, "it was sent; over the websocket Wings does not answer commands"
        )

    def next_deadline(self) -> float:
        """The `mono` at which `advance` is next needed."""
        return self._deadline

    def _answered(self, result: Result, detail: str, *, passing: bool = False) -> list[Output]:
        if not self.is_waiting:
            return []
        self._settle()
        return [_answer(result, detail, passing=passing)]


def _typed(text: str, state: State | None, token: Token | None) -> SendFrame | ActionAnswered:
    """The frame that types a command, or why it would be futile."""
    if refusal := _lacks(token, "control.console"):
        return refusal
    if state is State.OFFLINE:
        return _answer(Result.REFUSED, "the server is offline, and Wings drops commands then")
    frame = write_frame("send command", text)
    if not fits(frame):
        return _answer(Result.REFUSED, "the command is longer than Wings takes in one frame (4096 bytes)")
    return SendFrame(frame)


def is_locked(text: str) -> bool:
    """Whether Wings says that another power action holds its lock, which passes by itself."""
    return _LOCK in text


def _answer(result: Result, detail: str, *, passing: bool = False) -> ActionAnswered:
    return ActionAnswered(Outcome(result, detail, WAY, passing))


def _lacks(token: Token | None, permission: str) -> ActionAnswered | None:
    if token is None or token.allows(permission):
        return None
    return _answer(Result.REFUSED, f"the account lacks the permission {permission} for this server")


def without_prefix(text: str) -> str:
    """The text without the random identifier that Wings puts before it."""
    return text.partition("]: ")[2] if text.startswith("Error Event [") else text
