"""A message that nobody takes for news, sent by one URL of a channel: what came of it, in words.

Nothing that is said here is secret: a service's words went through the sender.
"""

from __future__ import annotations

import secrets

import anyio

from automaton.core.calls import Severity
from automaton.delivery.channel import Channel
from automaton.delivery.composition import compose
from automaton.delivery.notification import Notice, NoticeText, Notification
from automaton.delivery.sender import Sender
from automaton.delivery.surroundings import NoIncidents, NoLabels, NoLinks
from automaton.errors import AutomatonError
from automaton.secret import Secret


async def try_url(
    channel: Channel, url: Secret, severity: Severity, sender: Sender, now: float, within: float
) -> tuple[str, str]:
    """`sent`, `failed` or `skipped`, and why. `now` is the wall's time, `within` seconds."""
    if not url.reveal():
        return "failed", "its URL cannot be read here: run this as root, or as the user whose file it is"
    if not channel.takes(severity):
        return "skipped", f"the channel takes `{channel.min_severity}` and above"
    message = compose(specimen(channel, severity, now), channel, NoLabels(), NoLinks(), NoIncidents())
    try:
        with anyio.fail_after(within):
            await sender.send(url, message)
    except AutomatonError as problem:
        return "failed", str(problem)
    except TimeoutError:
        return "failed", f"no answer within {within:g} s"
    return "sent", "the service took it"


def specimen(channel: Channel, severity: Severity, now: float) -> Notification:
    """A message that says that it is a test."""
    text = f"automaton channel test {channel.name}: this is how `{severity}` looks here. Nothing happened."
    notice = Notice(
        ref="", rule="channel-test", server="", name="", node="", severity=severity, opened=now, ended=None,
        title=f"Test of {channel.name}: {severity}", texts=(NoticeText(text),),
    )  # fmt: skip
    return Notification(
        id=secrets.token_hex(4), channel=channel.name, group=(), notices=(notice,), severity=severity, at=now
    )
