"""`automaton channel test`: one message of each severity by each URL of a channel, and what it answered.

By the files alone, with the daemon's own sender: no daemon needs to run, and none is asked. Credentials are
read from where systemd takes them.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

import anyio
import msgspec

from automaton.configuration.load import load_configuration
from automaton.core.calls import Severity
from automaton.delivery.apprise import AppriseSender, service_of
from automaton.delivery.bounded_requests import MESSAGE_WITHIN
from automaton.delivery.channel import Channel
from automaton.delivery.composition import compose
from automaton.delivery.notification import Notice, NoticeText, Notification
from automaton.delivery.sender import Sender
from automaton.delivery.surroundings import NoIncidents, NoLabels, NoLinks
from automaton.did_you_mean import did_you_mean, nearest
from automaton.errors import AutomatonError, ConfigurationError, Refused
from automaton.pace.clock import SystemClock
from automaton.printable import say, say_json
from automaton.secret import Secret
from automaton.settings.credential_sources import sources_of
from automaton.settings.model import Settings
from automaton.workbench.exit_code import CONFIGURATION_ERROR, FAILED, INTERRUPTED, OK
from automaton.workbench.problem_report import print_problems
from automaton.workbench.terminal import plain

GIVEN_UP_AFTER = MESSAGE_WITHIN + 5.0  # seconds; the sender's own bound comes first

ChannelsOf = Callable[[Settings], Mapping[str, Channel]]
"""The channels of automaton.yml, as delivery takes them."""


class ServiceAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What one URL made of one message. `result`: `sent`, `failed`, or `skipped` where it is never sent."""

    target: str
    service: str
    severity: str
    result: str
    detail: str = ""


def channel_test(
    config: Path, name: str, channels_of: ChannelsOf, *, as_json: bool, sender: Sender | None = None
) -> int:
    """0 where each message was taken, 1 where one was not, 78 where the file is wrong."""
    try:
        channel = _find(config, name, channels_of)
    except ConfigurationError as wrong:
        print_problems(wrong.problems)
        return CONFIGURATION_ERROR
    except AutomatonError as problem:
        say(str(problem), err=True)
        return FAILED
    answers: list[ServiceAnswer] = []

    def heard(answer: ServiceAnswer) -> None:
        answers.append(answer)
        say(plain(_sentence(answer)), err=as_json or answer.result == "failed")

    try:
        anyio.run(_ask, channel, sender or AppriseSender(), heard)
    except KeyboardInterrupt:
        return INTERRUPTED
    if as_json:
        say_json({"channel": channel.name, "answers": [msgspec.to_builtins(one) for one in answers]})
    return FAILED if any(one.result == "failed" for one in answers) else OK


def _find(config: Path, name: str, channels_of: ChannelsOf) -> Channel:
    found = load_configuration(config, os.environ, in_service=False, sources=sources_of(config))
    channels = channels_of(found.or_raise().settings)
    if name not in channels:
        near = nearest(name, list(channels))
        known = ", ".join(f"`{one}`" for one in sorted(channels)) or "none"
        raise Refused(f"there is no channel `{name}`{did_you_mean(near)}; there are: {known}")
    return channels[name]


async def _ask(channel: Channel, sender: Sender, heard: Callable[[ServiceAnswer], None]) -> None:
    for place, url in enumerate(channel.urls, 1):
        target = f"{channel.name}/{place}"
        service = service_of(url) if url.reveal() else ""
        for severity in Severity:
            result, detail = await _sent(channel, url, severity, sender)
            heard(
                ServiceAnswer(
                    target=target, service=service, severity=severity.value, result=result, detail=detail
                )
            )


async def _sent(channel: Channel, url: Secret, severity: Severity, sender: Sender) -> tuple[str, str]:
    """What became of one message; nothing in it is secret."""
    if not url.reveal():
        return "failed", "its URL cannot be read here: run this as root, or as the user whose file it is"
    if not channel.takes(severity):
        return "skipped", f"the channel takes `{channel.min_severity}` and above"
    message = compose(_specimen(channel, severity), channel, NoLabels(), NoLinks(), NoIncidents())
    try:
        with anyio.fail_after(GIVEN_UP_AFTER):
            await sender.send(url, message)
    except AutomatonError as problem:
        return "failed", str(problem)
    except TimeoutError:
        return "failed", f"no answer within {GIVEN_UP_AFTER:g} s"
    return "sent", "the service took it"


def _specimen(channel: Channel, severity: Severity) -> Notification:
    """A message that nobody takes for news."""
    now = SystemClock().now().wall
    text = f"automaton channel test {channel.name}: this is how `{severity}` looks here. Nothing happened."
    notice = Notice(
        ref="", rule="channel-test", server="", name="", node="", severity=severity, opened=now, ended=None,
        title=f"Test of {channel.name}: {severity}", texts=(NoticeText(text),),
    )  # fmt: skip
    return Notification(
        id=secrets.token_hex(4), channel=channel.name, group=(), notices=(notice,), severity=severity, at=now
    )


def _sentence(answer: ServiceAnswer) -> str:
    where = f"{answer.target} ({answer.service})" if answer.service else answer.target
    return f"{where}, {answer.severity}: {answer.result}: {answer.detail}"
