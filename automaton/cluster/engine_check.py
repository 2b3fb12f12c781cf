"""Judges what was seen of NATS and of the other members, before one starts. Pure.

What keeps a member from working is an error, what may cost something on a bad day a warning.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from automaton.cluster.control.seen import MOST_SKEW
from automaton.cluster.formats import unreadable, writes
from automaton.cluster.heartbeat import Formats
from automaton.cluster.nats.monitor import SETUP, judged, of_version
from automaton.problem import NOT_ASKED, Problem

if TYPE_CHECKING:
    from automaton.cluster.nats.survey import EngineSeen

LACKS, UNSEEN = "lacks-permission", "nats-unseen"
CLOCK, FORMAT, OLDER = "clocks-apart", "other-format", "older-configuration"


def check_engine(seen: EngineSeen, replicas: int, reads_from: int, newest: int) -> list[Problem]:
    """Everything that is wrong. `reads_from` and `newest` are the formats of logs that this release knows."""
    problems = [*_of_servers(seen, replicas), *_of_access(seen, replicas)]
    return [*problems, *_of_members(seen, reads_from, newest)]


def _of_servers(seen: EngineSeen, replicas: int) -> Iterator[Problem]:
    for trouble in seen.troubles:
        yield Problem(trouble, code=NOT_ASKED)
    yield from judged(seen.servers, replicas)
    if not seen.servers:
        yield Problem(
            "`sync_interval` is not seen: name the monitoring ports of the NATS servers in `cluster.monitor`;"
            " by default what they confirmed is lost where all lose power at once",
            code=UNSEEN,
            severity="warning",
        )
        if seen.version and (problem := of_version("NATS", seen.version)) is not None:
            yield problem


def _of_access(seen: EngineSeen, replicas: int) -> Iterator[Problem]:
    if seen.why_down:
        if "authorization" in seen.why_down.lower():
            message = (
                "NATS does not let the user of `cluster.credentials` in: is it the user's password?"
                if seen.names_itself
                else "NATS lets nobody in without a user or a token, and `cluster` has no `credentials`: name"
                " there what holds them"
            )
            yield Problem(message, code="refused")
        else:
            yield Problem(seen.why_down, code=NOT_ASKED)
        return
    for url, why in seen.unreached.items():
        message = (
            f"`{url}` of `cluster.servers`: {why}; this machine goes to the others, as long as one is there"
        )
        yield Problem(message, code=NOT_ASKED)
    for sentence in seen.denied:
        yield Problem(sentence, code=LACKS)
    if seen.has_jetstream is False:
        message = (
            "NATS has no JetStream for this user: add `jetstream { }` to the configuration of its servers,"
            " and `jetstream: enabled` to the user's account"
        )
        yield Problem(message, code=SETUP)
    if seen.copies is not None and seen.copies != replicas:
        message = (
            f"what members share is kept {seen.copies} times, and `cluster.replicas` is {replicas}:"
            " all members need the same"
        )
        yield Problem(message, code=SETUP, severity="warning")


def _of_members(seen: EngineSeen, reads_from: int, newest: int) -> Iterator[Problem]:
    heard = [one.heartbeat for _, one in sorted(seen.heard.items())]
    for name, one in sorted(seen.heard.items()):
        if abs(one.skew) > MOST_SKEW:
            how = "ahead of" if one.skew > 0 else "behind"
            message = f"the clock of {name} is {abs(one.skew):.0f} s {how} the one here: run NTP on both"
            yield Problem(message, code=CLOCK, severity="warning")
    mine = Formats(reads_from=reads_from, reads_to=newest, writes=writes(reads_from, newest, heard))
    for sentence in unreadable(mine, heard):
        yield Problem(sentence, code=FORMAT)
    for beat in heard:
        if not mine.reads(beat.formats.writes):
            message = (
                f"{beat.member} ({beat.version}) writes logs in format {beat.formats.writes}, and this"
                f" release reads {reads_from} to {newest}: upgrade it, one release at a time"
            )
            yield Problem(message, code=FORMAT)
    latest = max((beat.generation for beat in heard), default=0)
    for beat in heard:
        if beat.generation < latest:
            message = f"{beat.member} has an older configuration than others: `automaton reload` there"
            yield Problem(message, code=OLDER, severity="warning")
