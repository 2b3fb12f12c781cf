"""`automaton channel test`: one message of each severity by each URL of a channel, and what it answered.

By the files alone, with the daemon's own sender: no daemon needs to run, and none is asked. Credentials are
read from where systemd takes them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import anyio
import msgspec

from automaton.configuration.load import load_configuration
from automaton.core.calls import Severity
from automaton.delivery.apprise import AppriseSender, service_of
from automaton.delivery.bounded_requests import MESSAGE_WITHIN
from automaton.delivery.channel import Channel
from automaton.delivery.channel_test import try_url
from automaton.delivery.sender import Sender
from automaton.did_you_mean import did_you_mean, nearest
from automaton.errors import AutomatonError, ConfigurationError, Refused
from automaton.pace.clock import SystemClock
from automaton.printable import say, say_json
from automaton.settings.credential_sources import sources_of
from automaton.settings.model import Settings
from automaton.web.routes.deliveries import UrlAnswer
from automaton.workbench.exit_code import CONFIGURATION_ERROR, FAILED, INTERRUPTED, OK
from automaton.workbench.problem_report import print_problems
from automaton.workbench.terminal import plain

GIVEN_UP_AFTER = MESSAGE_WITHIN + 5.0  # seconds; the sender's own bound comes first

ChannelsOf = Callable[[Settings], Mapping[str, Channel]]
"""The channels of automaton.yml, as delivery takes them."""


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
    answers: list[UrlAnswer] = []

    def heard(answer: UrlAnswer) -> None:
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


async def _ask(channel: Channel, sender: Sender, heard: Callable[[UrlAnswer], None]) -> None:
    for place, url in enumerate(channel.urls, 1):
        target = f"{channel.name}/{place}"
        service = service_of(url) if url.reveal() else ""
        for severity in Severity:
            result, detail = await try_url(
                channel, url, severity, sender, SystemClock().now().wall, GIVEN_UP_AFTER
            )
            heard(
                UrlAnswer(
                    target=target, service=service, severity=severity.value, result=result, detail=detail
                )
            )


def _sentence(answer: UrlAnswer) -> str:
    where = f"{answer.target} ({answer.service})" if answer.service else answer.target
    return f"{where}, {answer.severity}: {answer.result}: {answer.detail}"
