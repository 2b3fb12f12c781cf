"""`channels` of automaton.yml: where messages go, and how they are grouped, paced and repeated.

The words and their defaults are Alertmanager's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal, get_args

from pydantic import Field, field_validator

from automaton.core.calls import Severity
from automaton.core.gates.limits import Budget as CoreBudget
from automaton.did_you_mean import did_you_mean, nearest
from automaton.errors import Invalid
from automaton.expr.units import duration, write_duration
from automaton.problem import Problem, problem_at
from automaton.schema import nodes
from automaton.schema.annotations import CONSTANT, read_by
from automaton.schema.base import Duration, Name, OneOrMany, Strict, TimeZone
from automaton.schema.clock_text import ClockText
from automaton.schema.invalid import invalid
from automaton.schema.scalar import Scalar
from automaton.schema.time_zone import machine_zone
from automaton.settings.budget import Budget
from automaton.settings.secrets import SecretText

GroupLabel = Literal["rule", "node", "server", "severity"]
LABELS: tuple[GroupLabel, ...] = get_args(GroupLabel)
DEFAULT_INTERVAL = 300.0
DEFAULT_WAIT = 30.0
SHORTEST = 1.0  # seconds
LONGEST_MENTION = 1000
"""Characters of all that one severity calls: Discord takes 2,000 beside the message's card."""

_DEFAULTS = {"group_wait": DEFAULT_WAIT, "group_interval": DEFAULT_INTERVAL}
ALL = "..."
"""Alertmanager's word for all labels: nothing is grouped."""


def _group_by(value: object) -> tuple[GroupLabel, ...]:
    """Labels by name. An empty list is one group for all of the channel, `...` alone is every label."""
    if isinstance(value, tuple):
        return value
    written = list(value) if isinstance(value, nodes.Sequence) else [value]
    if [str(one) for one in written] == [ALL]:
        return LABELS
    for one in written:
        if one not in LABELS:
            near = nearest(str(one), LABELS) if isinstance(one, Scalar) else None
            raise invalid(
                "group-by", f"messages are not grouped by this{did_you_mean(near)}", one,
                expected=f"{', '.join(f'`{label}`' for label in LABELS)}, or `[]` for one group of all",
                suggestion=near or "",
            )  # fmt: skip
    return tuple(label for label in LABELS if label in written)


_LABELS = {"enum": [*LABELS, ALL], CONSTANT: True}

GroupBy = Annotated[
    tuple[GroupLabel, ...],
    read_by(_group_by, anyOf=[_LABELS, {"type": "array", "items": _LABELS, "uniqueItems": True}]),
]
"""What the messages of one group have in common."""


_TIMES = (
    # What is too short, beside what, and why.
    ("repeat", "group_interval", "repeat-too-short", "a group speaks every `group_interval` at the most"),
    ("max_age", "group_interval", "max-age-too-short", "a group speaks every `group_interval` at the most"),
    ("max_age", "group_wait", "max-age-too-short", "a group first waits `group_wait`"),
)


def check_channels(root: nodes.Mapping) -> Iterator[Problem]:
    """Times of a channel that cannot be kept, and keys for what it never sends."""
    for _, channel in nodes.items(root.find("channels")):
        yield from _times(channel)
        yield from _too_quiet(channel)


def _times(channel: nodes.Node) -> Iterator[Problem]:
    told: set[str] = set()
    for key, other, code, why in _TIMES:
        value, least = nodes.find(channel, key), nodes.find(channel, other)
        written = str(least) if isinstance(least, Scalar) else write_duration(_DEFAULTS[other])
        if key not in told and isinstance(value, Scalar) and _is_short(value, written):
            told.add(key)
            message = f"{why}, which is `{written}`: this is shorter"
            yield problem_at(value.place, code, message, severity="warning", suggestion=written)


def _is_short(value: Scalar, least: str) -> bool:
    try:
        return SHORTEST <= duration(str(value)) < duration(least)
    except Invalid:
        return False  # reported with the key itself


def _too_quiet(channel: nodes.Node) -> Iterator[Problem]:
    """`min_severity` keeps out what `digest` and `mention` are for."""
    levels = [str(one) for one in Severity]
    least = nodes.find(channel, "min_severity")
    if not isinstance(least, Scalar) or least not in levels:
        return
    quiet = levels[: levels.index(least)]
    digest = nodes.find(channel, "digest")
    keys = [severity for severity, _ in nodes.items(nodes.find(channel, "mention")) if severity in quiet]
    if digest is not None and "info" in quiet and not (isinstance(digest, Scalar) and digest.is_null):
        message = f"only `info` waits for a digest, and this channel takes `{least}` and above"
        yield problem_at(digest.place, "in-vain", message, severity="warning")
    for severity in keys:
        message = f"nobody is called: this channel takes `{least}` and above"
        yield problem_at(severity.place, "in-vain", message, severity="warning")


class DigestSettings(Strict):
    """When the digest of `info` is sent, once a date.

    ```yaml
    at: "09:00"
    tz: Europe/Berlin
    ```
    """

    at: ClockText
    tz: TimeZone = Field(default_factory=machine_zone)

    @field_validator("at")
    @classmethod
    def _is_of_a_day(cls, at: int) -> int:
        if at >= 24 * 3600:
            raise invalid("clock", "the end of a day is `00:00` of the next", suggestion="00:00")
        return at


class ChannelSettings(Strict):
    """Where messages go: Apprise URLs, each a secret.

    ```yaml
    urls: [{credential: discord_ops}, {file: oncall.url}]
    min_severity: warning
    group_by: [rule, node]
    group_wait: 30s
    group_interval: 5m
    repeat: 4h
    rate: 20/1m
    max_age: 1h
    digest: {at: "09:00", tz: Europe/Berlin}
    mention: {critical: "<@&1234567890>"}
    ```
    """

    urls: OneOrMany[SecretText]
    min_severity: Severity = Severity.INFO
    group_by: GroupBy = ("rule", "node")
    group_wait: Duration = DEFAULT_WAIT
    group_interval: Duration = DEFAULT_INTERVAL
    repeat: Duration = 4 * 3600.0
    rate: Budget = CoreBudget(20, 60.0)
    max_age: Duration = 3600.0
    digest: DigestSettings | None = None
    mention: Mapping[Severity, OneOrMany[Name]] = {}
    format: Literal["full", "plain"] = "full"

    @field_validator("mention")
    @classmethod
    def _fits_beside_a_text(
        cls, mention: Mapping[Severity, Sequence[str]]
    ) -> Mapping[Severity, Sequence[str]]:
        for severity, called in mention.items():
            length = len(" ".join(called))
            if length > LONGEST_MENTION:
                message = (
                    f"what `{severity.value}` calls has {length} characters, and at most {LONGEST_MENTION}"
                    " have room beside a message: make a role of them"
                )
                raise invalid("too-long", message, called[-1], found="")
        return mention

    @field_validator("group_interval", "repeat", "max_age")
    @classmethod
    def _takes_time(cls, seconds: float) -> float:
        if seconds < SHORTEST:
            raise invalid("duration", "a second is the least here", expected="a duration as `5m`")
        return seconds
