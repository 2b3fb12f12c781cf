"""The page behind a link that acknowledges: which incidents it is about, and one button. Pure.

No script, no picture, nothing from elsewhere; names are strangers' text and stay text. What it says to a
link that does not work is the same for every reason.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape

from automaton.core.span import span
from automaton.printable import UNSEEN

SHOWN = 50  # incidents that the page names; the others are counted
LONGEST_SHOWN = 100  # characters of a name

MARKS = {"critical": "🔴", "warning": "🟠", "info": "🔵"}

_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem;"
    "color:#1a1a1a;background:#fff}"
    "ul{list-style:none;padding:0}li{padding:.5rem 0;border-top:1px solid #ddd;overflow-wrap:anywhere}"
    "small{color:#555;display:block}"
    "button{font:inherit;width:100%;padding:.8rem;border:0;border-radius:.5rem;background:#1f5fbf;color:#fff}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}li{border-color:#444}"
    "small{color:#aaa}}"
)
_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()

HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",  # the address is the secret
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
"""What every answer carries, that of a link that does not work as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedIncident:
    """One that is open. `server` is a name, `open_for` in seconds."""

    rule: str
    server: str
    severity: str
    open_for: float
    is_acked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedIncidents:
    """What a link is about: those that are open, how many are over, and whether its message had more."""

    channel: str
    going: tuple[LinkedIncident, ...]
    over: int = 0
    is_cut: bool = False

    @property
    def wanted(self) -> int:
        """How many there are to acknowledge."""
        return sum(not one.is_acked for one in self.going)


def asking_page(linked: LinkedIncidents) -> str:
    """Names them and asks. Where there is nothing left to acknowledge there is nothing to press."""
    if not linked.wanted:
        head = "Nothing is left to acknowledge" if linked.going else "This is over"
        return _page(head, _listed(linked))
    button = f'<form method="post"><button>Acknowledge {_count(linked.wanted)}</button></form>'
    why = "<p>Reminders and escalation end; the rules go on watching.</p>"
    return _page(f"Acknowledge {_count(linked.wanted)}?", _listed(linked) + why + button)


def done_page(linked: LinkedIncidents, count: int) -> str:
    """What was done, and what there was."""
    return _page(
        f"{_count(count)} acknowledged" if count else "Nothing was left to acknowledge", _listed(linked)
    )


def useless_page() -> str:
    """Of a link that does not work, whatever the reason."""
    commands = "<code>automaton incidents</code>, <code>automaton ack</code>"
    return _page("This link does not work", f"<p>It may be older than a day. On the machine: {commands}.</p>")


def busy_page() -> str:
    """Of one that is opened too often."""
    return _page("Too often", "<p>Try again in a minute.</p>")


def _listed(linked: LinkedIncidents) -> str:
    rows = "".join(_row(one) for one in linked.going[:SHOWN])
    listed = f"<ul>{rows}</ul>" if rows else ""
    if len(linked.going) > SHOWN:
        listed += f"<p>and {len(linked.going) - SHOWN} more</p>"
    if linked.over:
        listed += f"<p>{_count(linked.over)} of the message {'is' if linked.over == 1 else 'are'} over.</p>"
    if linked.is_cut:
        listed += (
            "<p>The message had more than a link can hold: <code>automaton ack</code> takes them all.</p>"
        )
    return listed


def _row(one: LinkedIncident) -> str:
    state = f"{one.severity}, open for {span(one.open_for)}" + (", acknowledged" if one.is_acked else "")
    return (
        f"<li>{MARKS.get(one.severity, '')} <bdi>{_text(one.server)}</bdi>"
        f"<small><bdi>{_text(one.rule)}</bdi>, {_text(state)}</small></li>"
    )


def _text(text: str) -> str:
    shown = UNSEEN.sub("", text)
    return escape(shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}…")


def _count(number: int) -> str:
    return f"{number} incident" + ("" if number == 1 else "s")


def _page(head: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>automaton</title><style>{_STYLE}</style></head><body><h1>{head}</h1>{body}</body></html>"
    )
