"""A channel: where messages go, which ones, how they are grouped, how fast, and for how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from automaton.core.calls import Severity
from automaton.delivery.digest import Digest
from automaton.secret import Secret


@dataclass(frozen=True, slots=True)
class SendRate:
    """At most `times` messages within so many seconds, as in `20/1m`."""

    times: int
    within: float


class Label(StrEnum):
    """What notices of one group may have in common."""

    RULE = "rule"
    NODE = "node"
    SERVER = "server"
    SEVERITY = "severity"


DEFAULT_RATE = SendRate(20, 60.0)  # what Telegram allows in a group, and Discord's webhooks stand
DEFAULT_MAX_AGE = 3600.0
DEFAULT_GROUP_BY = (Label.RULE, Label.NODE)
DEFAULT_GROUP_WAIT = 30.0  # Alertmanager's, as are the next two
DEFAULT_GROUP_INTERVAL = 300.0
DEFAULT_REPEAT = 4 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """`urls` are Apprise URLs, each a target of its own. All times are seconds.

    Notices that agree in `group_by` are one message; without labels, all of the channel are. A group first
    speaks after `group_wait` (a critical at once), then every `group_interval` at the most, and again every
    `repeat` while something is open and not acknowledged. An opening older than `max_age` is not sent.
    With a `digest`, `info` waits for its hour. `mentions` are whom a message of a severity calls, as the
    services write it. `is_plain`: title and text alone.
    """

    name: str
    urls: tuple[Secret, ...]
    min_severity: Severity = Severity.INFO
    group_by: tuple[Label, ...] = DEFAULT_GROUP_BY
    group_wait: float = DEFAULT_GROUP_WAIT
    group_interval: float = DEFAULT_GROUP_INTERVAL
    repeat: float = DEFAULT_REPEAT
    rate: SendRate = DEFAULT_RATE
    max_age: float = DEFAULT_MAX_AGE
    digest: Digest | None = None
    mentions: Mapping[Severity, tuple[str, ...]] = field(default_factory=dict, hash=False)
    is_plain: bool = False

    def takes(self, severity: Severity) -> bool:
        """Whether a message of this severity is sent to the channel."""
        return severity.rank >= self.min_severity.rank

    def digests(self, severity: Severity) -> bool:
        """Whether it waits for the digest."""
        return self.digest is not None and severity is Severity.INFO

    def wait_of(self, severity: Severity) -> float:
        """How long a group waits for others before it says something this loud."""
        return 0.0 if severity is Severity.CRITICAL else self.group_wait
