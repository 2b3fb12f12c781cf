"""What single services know beside title and text: a priority, a colour, a mention.

With `apprise.py` the only file that knows names of Apprise's plugins. A mention is written as the service
does, checked here, and put where nobody else's text stands; what else could mention is shut off.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from automaton.core.calls import Severity
from automaton.delivery import safe_text
from automaton.delivery.message import BODY_LIMIT, Message

PRIORITIES: Mapping[str, Mapping[Severity, object]] = {
    # ntfy: `default` makes a sound, `high` and `max` are seen over other things.
    "NotifyNtfy": {Severity.INFO: "low", Severity.WARNING: "default", Severity.CRITICAL: "max"},
    # Gotify's app is silent to 3, sounds from 4, and vibrates from 8.
    "NotifyGotify": {Severity.INFO: 2, Severity.WARNING: 5, Severity.CRITICAL: 8},
    # Pushover: -1 is silent, 1 comes through quiet hours; 2 would have to be acknowledged over there.
    "NotifyPushover": {Severity.INFO: -1, Severity.WARNING: 0, Severity.CRITICAL: 1},
}
COLOURS = {Severity.INFO: 0x3AA3E3, Severity.WARNING: 0xF2A33A, Severity.CRITICAL: 0xC0392B}
COLOUR_OVER = 0x3AA337
NTFY_BYTES = 4_000  # of UTF-8; ntfy makes an attachment of more than 4,096
NTFY_JSON = 7_000  # and Apprise of more than 8,000 as JSON, where an emoji has twelve

MENTIONS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "NotifyDiscord": (re.compile(r"<@&?[0-9]{1,20}>"), "`<@&ROLE_ID>` or `<@USER_ID>`"),
    "NotifySlack": (
        re.compile(r"<(@[UW][A-Z0-9]{1,20}|!subteam\^S[A-Z0-9]{1,20}|!here|!channel)>"),
        "`<@U…>`, `<!subteam^S…>`, `<!here>` or `<!channel>`",
    ),
    "NotifyTelegram": (re.compile(r"@[A-Za-z][A-Za-z0-9_]{3,31}"), "`@username`"),
    "NotifyMatrix": (
        re.compile(r"@room|@[a-z0-9._=/+-]{1,100}:[A-Za-z0-9.-]{1,100}(:[0-9]{1,5})?"),
        "`@user:server` or `@room`",
    ),
}
MENTION_LIMIT = 256  # characters


def mention_trouble(plugin: Any, mention: str) -> str:
    """What is wrong with a mention for this service, "" for nothing."""
    known = MENTIONS.get(_kind(plugin))
    if known is None:
        return (
            "mentions are known for Discord, Slack, Telegram and Matrix: give this service a channel of its"
            " own, without `mention`"
        )
    if len(mention) > MENTION_LIMIT or not known[0].fullmatch(mention):
        return f"{_shown(mention)} mentions nobody there: write {known[1]}, in quotes"
    if getattr(plugin, "mode", None) not in _TALKING.get(_kind(plugin), (None,)):
        return "a webhook of this kind makes no mention: use a bot's or an incoming webhook's URL"
    return ""


_TALKING: Mapping[str, tuple[str, ...]] = {
    "NotifySlack": ("hook", "gov-hook", "bot"),
    "NotifyMatrix": ("off",),  # the client API; by webhooks nothing says whom the text means
}


def dress(plugin: Any, message: Message, *, own_priority: bool = False) -> tuple[str, str]:
    """Makes the plugin ready for this message; gives the title and the body that it shall send.

    `own_priority`: the URL names one, which stays.
    """
    kind = _kind(plugin)
    if kind in PRIORITIES and not own_priority:
        plugin.priority = PRIORITIES[kind][message.loudness]
    dressed = _DRESSED.get(kind, shape)
    return dressed(plugin, message)


def shape(plugin: Any, message: Message) -> tuple[str, str]:
    """Title and body as this service takes them; where it has no titles, the body's first line is one."""
    limit = min(plugin.body_maxlen, BODY_LIMIT)
    if plugin.title_maxlen > 0 and not plugin.overflow_amalgamate_title:
        return _title(message, plugin.title_maxlen), message.body(limit)
    title = _title(message, limit // 3)
    return "", f"{title}\n{message.body(limit - safe_text.width(title) - 1)}"


def _discord(plugin: Any, message: Message) -> tuple[str, str]:
    """The title above a card with the severity's colour. Nothing in a card mentions anybody."""
    called = " ".join(message.mentions)
    title = _title(message, safe_text.TITLE_LIMIT)
    allowed: dict[str, list[str]] = {"parse": []}
    for mention in message.mentions:
        allowed.setdefault("roles" if "&" in mention else "users", []).append(mention.strip("<@&>"))
    payload: dict[str, Any] = {"content": f"{called} {title}".strip(), "allowed_mentions": allowed}
    if message.is_plain:
        room = plugin.body_maxlen - safe_text.width(payload["content"]) - 1
        payload["content"] += f"\n{message.body(room)}"
    else:
        colour = COLOUR_OVER if message.resolves else COLOURS[message.severity]
        card: dict[str, Any] = {
            "description": message.text(),
            "color": colour,
            "footer": {"text": message.foot},
        }
        payload["embeds"] = [card if card["description"] else {"color": colour, "footer": card["footer"]}]
    _replace(plugin, "gen_payload", lambda _: lambda *_args, **_named: payload)
    return "", message.body(BODY_LIMIT) or message.title


def _slack(plugin: Any, message: Message) -> tuple[str, str]:
    """The mention above the attachment, where alone it is read as one: all else is escaped."""
    called = " ".join(message.mentions)

    def changed(original: Callable[..., Any]) -> Callable[..., Any]:
        def send(url: str, payload: Any, *arguments: Any, **named: Any) -> Any:
            if called and isinstance(payload, dict) and "attachments" in payload:
                payload = {**payload, "text": called, "mrkdwn": True}
            return original(url, payload, *arguments, **named)

        return send

    _replace(plugin, "_send", changed)
    return shape(plugin, message)


def _telegram(plugin: Any, message: Message) -> tuple[str, str]:
    """The mention on the first line: Telegram finds it in any text."""
    if not message.mentions:
        return shape(plugin, message)
    called = " ".join(message.mentions)
    limit = min(plugin.body_maxlen, BODY_LIMIT)
    head = f"{called} {_title(message, limit // 3)}"
    return "", f"{head}\n{message.body(limit - safe_text.width(head) - 1)}"


def _matrix(plugin: Any, message: Message) -> tuple[str, str]:
    """The mention above the text, and in `m.mentions`, by which clients know whom it means.

    It is sent with every message: a client that finds none looks for names in the text.
    """
    people = [one for one in message.mentions if one != "@room"]
    meant: dict[str, Any] = {"user_ids": people} if people else {}
    if len(people) < len(message.mentions):
        meant["room"] = True

    def changed(original: Callable[..., Any]) -> Callable[..., Any]:
        def fetch(path: str, payload: Any = None, *arguments: Any, **named: Any) -> Any:
            if isinstance(payload, dict) and "msgtype" in payload:
                payload = {**payload, "m.mentions": meant}
            return original(path, payload, *arguments, **named)

        return fetch

    _replace(plugin, "_fetch", changed)
    title, body = shape(plugin, message)
    return title, f"{' '.join(message.mentions)}\n{body}" if message.mentions else body


def _ntfy(plugin: Any, message: Message) -> tuple[str, str]:
    """With a title, and so short that it stays a message."""
    limit = BODY_LIMIT
    body = message.body(limit)
    while len(body.encode()) > NTFY_BYTES or len(json.dumps(body)) > NTFY_JSON:
        limit = limit * 3 // 4
        body = message.body(limit)
    return _title(message, plugin.title_maxlen), body


def _title(message: Message, limit: int) -> str:
    return safe_text.title(message.title, min(limit, safe_text.TITLE_LIMIT))


def _replace(plugin: Any, name: str, change: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Changes a method of this one plugin, anew for each message: from its class, never what was changed."""
    setattr(plugin, name, change(getattr(type(plugin), name).__get__(plugin)))


def _kind(plugin: Any) -> str:
    return type(plugin).__name__


def _shown(mention: str) -> str:
    return f"`{mention[:60]}`" if mention.isprintable() else "that"


_DRESSED: Mapping[str, Callable[[Any, Message], tuple[str, str]]] = {
    "NotifyDiscord": _discord,
    "NotifySlack": _slack,
    "NotifyTelegram": _telegram,
    "NotifyMatrix": _matrix,
    "NotifyNtfy": _ntfy,
}
