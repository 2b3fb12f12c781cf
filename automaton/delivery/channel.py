"""A channel: where messages go, which ones, how fast, and for how long they are worth sending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from automaton.core.calls import Severity
from automaton.secret import Secret


@dataclass(frozen=True, slots=True)
class SendRate:
    """At most `times` messages within so many seconds, as in `20/1m`."""

    times: int
    within: float


DEFAULT_RATE = SendRate(20, 60.0)  # what Telegram allows in a group, and Discord's webhooks stand
DEFAULT_MAX_AGE = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """`urls` are Apprise URLs, each a destination of its own. `max_age` in seconds: older is not sent.

    `mentions` are whom a message of a severity calls, as the services write it. `is_plain`: title and text
    alone.
    """

    name: str
    urls: tuple[Secret, ...]
    min_severity: Severity = Severity.INFO
    rate: SendRate = DEFAULT_RATE
    max_age: float = DEFAULT_MAX_AGE
    mentions: Mapping[Severity, tuple[str, ...]] = field(default_factory=dict, hash=False)
    is_plain: bool = False

    def takes(self, severity: Severity) -> bool:
        """Whether a message of this severity is sent to the channel."""
        return severity.rank >= self.min_severity.rank
