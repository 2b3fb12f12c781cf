"""Tells the log how links fare, and what came over them that no rule sees whole, or at all.

A warning where a person may have to act, once for each reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import structlog

from automaton.core.moment import Moment
from automaton.match.lines import MAX_BYTES
from automaton.wings.link_supervisor import LinkState, LinkStatus


class LinkLog:
    """Compares the links with what was logged of them last. `name_of` gives the name that people know."""

    def __init__(self, name_of: Callable[[str], str]) -> None:
        self._name_of = name_of
        self._told: dict[str, tuple[LinkState, str]] = {}
        self._looked_at: dict[str, LinkStatus] = {}
        self._lost: dict[str, Moment] = {}
        self._errors: dict[str, int] = {}
        self._cut: set[str] = set()
        self._log = structlog.get_logger()

    def tell(self, links: Iterable[LinkStatus]) -> None:
        """Logs what is new since the last time."""
        now = {link.server: link for link in links}
        for server, link in now.items():
            if self._looked_at.get(server) is link:
                continue  # nothing changed, for a status is made anew where something does
            self._looked_at[server] = link
            news = (link.state, link.cause)
            if self._told.get(server) != news:
                self._told[server] = news
                self._tell(link)
            self._tell_of_errors(link)
            self._tell_of_cuts(link)
        for server in [server for server in self._told if server not in now]:
            del self._told[server]
            del self._looked_at[server]
            self._lost.pop(server, None)
            self._errors.pop(server, None)
            self._cut.discard(server)

    def _tell_of_errors(self, link: LinkStatus) -> None:
        before = self._errors.get(link.server, 0)
        self._errors[link.server] = link.errors
        new = link.errors - before if link.errors >= before else link.errors  # a new link begins at 0
        if new:
            times = {"times": new} if new > 1 else {}
            self._log.warning("wings.error", server=self._name_of(link.server), error=link.error, **times)

    def _tell_of_cuts(self, link: LinkStatus) -> None:
        if link.lines_cut and link.server not in self._cut:
            self._cut.add(link.server)
            reason = f"rules see the first {MAX_BYTES:,} bytes of a line; this server prints longer ones"
            self._log.info("lines.cut", server=self._name_of(link.server), reason=reason)

    def _tell(self, link: LinkStatus) -> None:
        fields = {"server": self._name_of(link.server), "panel": link.panel}
        if link.reason:
            fields |= {"cause": link.cause, "reason": link.reason}
        if link.state in (LinkState.RETRYING, LinkState.PARKED):
            self._lost.setdefault(link.server, link.since)
        match link.state:
            case LinkState.LIVE:
                # Without it, a second `link.up` within a minute is a repeat, and the log ends in `link.lost`.
                lost = self._lost.pop(link.server, None)
                after = {"after": f"{link.since - lost:.1f}s"} if lost is not None else {}
                self._log.info("link.up", **fields, **after)
            case LinkState.PARKED:
                self._log.warning("link.parked", **fields)
            case LinkState.RETRYING:
                self._log.warning("link.lost", **fields)
            case LinkState.SUSPENDED:
                self._log.info("link.suspended", **fields)  # somebody wanted that: no warning
            case LinkState.BLIND:
                self._log.warning("link.blind", **fields)  # the socket stands, and nothing is seen through it
            case LinkState.CONNECTING:
                self._log.debug("link.connecting", **fields)
