"""The only file that knows Apprise: a message in, one notification out, failures as our errors.

Apprise is loaded at first use, for it costs 290 ms and 33 MB. No URL, and so no token, leaves this file:
not in an error, and not through the libraries' loggers, which are silenced before anything is loaded.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, cast

import anyio
from anyio import to_thread

from automaton.core.calls import Severity
from automaton.delivery.message import Message
from automaton.delivery.services import dress, mention_trouble
from automaton.errors import AutomatonError, Refused, TryLater, Unreachable
from automaton.pace.backoff import LONGEST_ASKED
from automaton.secret import Secret

TALKERS = ("apprise", "urllib3", "requests")  # at DEBUG, and here and there above, they print webhooks whole
KINDS = {Severity.INFO: "info", Severity.WARNING: "warning", Severity.CRITICAL: "failure"}
DISCORD_TEMPLATE = Path(__file__).with_name("discord.json")
SMALL = 200  # services that take less get a text cut by Apprise too, for our own cut needs room for its words
STATUS = re.compile(r"\berror=(\d{3})\b")
LASTING = {400, 401, 403, 404, 405, 410, 413}  # no repetition of the same request changes these
SCHEME = re.compile(r"([a-z0-9.+-]{1,24})://", re.IGNORECASE)
# Each would weaken what is promised: live markup, mentions and redirects, a failure that counts as sent, or
# retries and cuts that are ours to make.
NOT_OURS = ("format", "template", "ping", "redirect", "optional", "retry", "wait", "overflow", "emojis")


class Plugin(Protocol):
    """What is read and set on an Apprise plugin."""

    body_maxlen: int
    title_maxlen: int
    overflow_amalgamate_title: bool
    throttle: Callable[..., None]
    request_rate_per_sec: float


@dataclass(slots=True)
class Service:
    """One URL, opened at its first message. It has one thread at a time, even when one was abandoned."""

    url: Secret
    limiter: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(1))
    _plugin: Plugin | None = None
    _own_priority: bool = False
    _asked: float | None = None

    def send(self, message: Message) -> None:
        """Sends, in a worker thread. Raises as Sender.send does."""
        quiet()
        from automaton.delivery import bounded_requests

        # The thread has ended before the worker gives the message up, whatever the service sends or does not.
        with bounded_requests.allowance():
            self._send(message)

    def _send(self, message: Message) -> None:
        if self._plugin is None:
            self._plugin = self._open()
        import apprise  # not before the loggers are cut off

        title, body = dress(self._plugin, message, own_priority=self._own_priority)
        self._asked = None
        front = apprise.Apprise(asset=asset())
        front.add(cast(Any, self._plugin))
        kind = "success" if message.resolves else KINDS[message.severity]
        result = front.notify(body=body, title=title, notify_type=kind, body_format="text")
        if not result:
            raise self._trouble(result)

    def _open(self) -> Plugin:
        built = build(self.url)
        plugin, self._own_priority = built.plugin, built.own_priority
        if plugin is None:
            raise Refused(built.trouble)
        from automaton.delivery.bounded_requests import seconds_left

        sleep = plugin.throttle

        def throttle(last_io: object = None, wait: float | None = None) -> None:
            if wait:  # a 429 that asks for an hour would hold the thread for an hour
                self._asked = min(wait, LONGEST_ASKED)
                raise TryLater("the service asks to wait", after=self._asked)
            if seconds_left() < plugin.request_rate_per_sec:
                raise TimeoutError("the message had its time")
            sleep(last_io)

        plugin.throttle = throttle
        return plugin

    def _trouble(self, result: Any) -> AutomatonError:
        """What a failed notification means. Apprise logs words only; the HTTP status is read from them."""
        if self._asked is not None:
            return TryLater(f"the service asks to wait {self._asked:.0f} s", after=self._asked)
        found = [STATUS.search(entry.message) for service in result for entry in service.logs()]
        statuses = [int(match[1]) for match in found if match]
        if not statuses:
            from automaton.delivery.bounded_requests import network_trouble

            if why := network_trouble():
                return Unreachable(f"the service could not be reached: {why}")
            return Unreachable("the service could not be reached, or did not take the message")
        if statuses[-1] in LASTING:
            return Refused(
                f"the service answered {statuses[-1]}: is its URL still right?", status=statuses[-1]
            )
        return TryLater(f"the service answered {statuses[-1]}")


class AppriseSender:
    """Sends through Apprise, each URL in a thread of its own."""

    def __init__(self) -> None:
        self._services: dict[Secret, Service] = {}

    async def send(self, url: Secret, message: Message) -> None:
        """As `Sender.send`. A thread that is given up ends by itself, within MESSAGE_WITHIN.

        Of a service that is asked neither by HTTP nor by SMTP it may go on: its next message waits for it.
        """
        service = self._services.setdefault(url, Service(url))
        await to_thread.run_sync(service.send, message, limiter=service.limiter, abandon_on_cancel=True)


@dataclass(frozen=True, slots=True)
class Built:
    """The plugin for a URL, None for none, what an operator should know of it, and whether it names a
    priority."""

    plugin: Plugin | None
    trouble: str = ""
    own_priority: bool = False


def check_url(url: Secret) -> str | None:
    """A sentence on what is wrong with an Apprise URL, without a part of it that is secret; None if nothing.

    Loads Apprise. Sends nothing, and does not ask the service.
    """
    return build(url).trouble or None


def check_mention(url: Secret, mention: str) -> str | None:
    """A sentence on why nobody is called by this mention there; None if somebody is, or the URL is wrong."""
    plugin = build(url).plugin
    return (mention_trouble(plugin, mention) or None) if plugin is not None else None


def service_of(url: Secret) -> str:
    """What people call the service of a URL, as `Discord`; "" where it is none."""
    name = getattr(build(url).plugin, "service_name", "")
    return str(name)


def build(url: Secret) -> Built:
    """The plugin for a URL, made safe."""
    quiet()
    from apprise import Apprise, OverflowMode
    from apprise import plugins as apprise_plugins

    scheme = SCHEME.match(url.reveal())
    if scheme is None:
        return Built(None, "this is no Apprise URL: one begins with a service's name, as in `discord://…`")
    read: Callable[[str], dict[str, Any] | None] = apprise_plugins.url_to_dict
    parsed = read(url.reveal())
    if parsed is None:
        return Built(None, unusable(scheme[1].lower()))
    asked = [word for word in NOT_OURS if word in parsed.get("qsd", {})]
    for word in NOT_OURS:
        parsed.pop(word, None)
    if parsed["schema"] == "discord":  # its own guard of mentions is misspelt, in every format
        parsed["template"] = str(DISCORD_TEMPLATE)
    plugin = Apprise.instantiate(parsed, asset=asset())
    if plugin is None:
        return Built(None, unusable(parsed["schema"]))
    if plugin.body_maxlen < SMALL:
        plugin.overflow_mode = OverflowMode.TRUNCATE
    words = ", ".join(f"`{word}=`" for word in asked)
    trouble = f"{words} in the URL is not honoured: take it out" if asked else ""
    return Built(cast(Plugin, plugin), trouble, own_priority="priority" in parsed.get("qsd", {}))


def unusable(scheme: str) -> str:
    """Why Apprise cannot use a URL with this scheme."""
    from apprise.apprise import N_MGR

    if scheme in ("http", "https"):
        poster = "jsons" if scheme == "https" else "json"
        return (
            f"of `{scheme}://` addresses those of Discord, Slack, Google Chat, ntfy and some more are known"
            f" as they are: for one of your own write `{poster}://` in its place, which posts JSON there"
        )
    if scheme not in N_MGR:
        return (
            f"`{scheme}://` is no service that Apprise knows: they stand at https://appriseit.com/services/"
        )
    kind = N_MGR[scheme]
    if not kind.enabled:
        needs = kind.requirements.get("packages_required") or ["a package that is not installed"]
        names = needs if isinstance(needs, str) else ", ".join(map(str, needs))
        return f"`{scheme}://` needs {names}: install it beside automaton, or choose another service"
    return (
        f"Apprise does not take this `{scheme}://` URL: a part is missing or misspelt, its form stands at "
        f"{kind.setup_url or 'https://appriseit.com/services/'}"
    )


def asset() -> Any:
    """Apprise's settings: plain text, no redirects, no storage, no plugins, no retries of its own."""
    from apprise import AppriseAsset

    return AppriseAsset(
        app_id="automaton",
        app_desc="automaton",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        async_mode=False,  # it would share one pool of threads among all targets
        interpret_escapes=False,
        interpret_emojis=None,  # False makes Discord's texts longer by escapes, beyond what was measured
        http_redirects=False,
        default_service_retry=0,
        secure_logging=True,
        allow_templates=False,
        storage_mode="memory",
        service_timeout=0,  # a limit here would move the call into a pool that all targets share
    )


def quiet() -> None:
    """Silences the loggers that would print tokens, and bounds what Apprise reads, before it is loaded.

    Apprise still captures its own log, for `_trouble`.
    """
    for name in TALKERS:
        logger = logging.getLogger(name)
        logger.propagate = False
        logger.setLevel(logging.WARNING)
        if not logger.handlers:  # else logging prints warnings to stderr by itself
            logger.addHandler(logging.NullHandler())
    from automaton.delivery import bounded_requests

    bounded_requests.install()
