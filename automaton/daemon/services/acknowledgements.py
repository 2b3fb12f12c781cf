"""Acknowledging by a link: links are made for messages, and what they name is acknowledged."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from automaton.core.events import Acknowledged, Event
from automaton.core.targets.rule_state import RuleState
from automaton.daemon.ack_key import LinkKey
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.services.inspector import Inspector
from automaton.daemon.services.status_rows import NameOf
from automaton.pace.clock import Clock
from automaton.web.ack_page import LinkedIncident, LinkedIncidents
from automaton.web.ack_token import AckToken, read_token, write_token

SLACK = 5.0  # seconds: what a clock that is kept by NTP is set back by without a jump


class AcknowledgementService:
    """The AckLinks of delivery, and whom web/acknowledge.py asks. `put` queues an event.

    Only an incident that opened before its link was made is meant by it: should what is remembered be lost,
    numbers begin anew.
    """

    def __init__(
        self,
        active: ActiveConfiguration,
        inspector: Inspector,
        put: Callable[[Event], None],
        name_of: NameOf,
        clock: Clock,
        key: LinkKey,
    ) -> None:
        self._active = active
        self._inspector = inspector
        self._put = put
        self._name_of = name_of
        self._clock = clock
        self._key = key
        listen = active.settings.listen
        self._listens = listen.http is not None or listen.hooks is not None  # a reload opens no port
        self._log = structlog.get_logger()

    def link(self, channel: str, refs: Sequence[str]) -> str | None:
        """A link for these incidents; None where nobody could follow one."""
        url = self._url()
        numbers = [number for ref in refs if (number := number_of(ref))]
        if not url or not numbers:
            return None
        return f"{url}/ack/{write_token(self._key.made(), channel, self._clock.now().wall, numbers)}"

    def linked(self, token: str) -> LinkedIncidents | None:
        """What a link is about."""
        read = self._read(token)
        return self._shown(read, self._going(read)) if read is not None else None

    def acknowledge(self, token: str) -> LinkedIncidents | None:
        """Tells the engine that somebody who read the channel takes note."""
        read = self._read(token)
        if read is None:
            return None
        now, by = self._clock.now(), f"link, channel {read.channel}"
        going = self._going(read)
        for one in going:
            if one.incident is not None and not one.incident.acked:
                self._put(Acknowledged(server="", at=now, rule=one.rule.id, key=one.key, by=by))
                self._log.info("operator.ack", rule=one.rule.id, server=self._name_of(one.key), by=by)
        return self._shown(read, going, is_acked=True)

    def _url(self) -> str:
        return self._active.settings.web.public_url or "" if self._listens else ""

    def _read(self, token: str) -> AckToken | None:
        key = self._key.known() if self._url() else None
        return read_token(key, token, self._clock.now().wall) if key is not None else None

    def _going(self, token: AckToken) -> list[RuleState]:
        """Those that are open, the one that opened first at the front."""
        numbers = frozenset(token.numbers)
        found = [
            (one.incident.number, one)
            for one in self._inspector.open()
            if one.incident is not None
            and one.incident.number in numbers
            and one.incident.opened.wall <= token.issued + SLACK
        ]
        return [one for _, one in sorted(found, key=lambda pair: pair[0])]

    def _shown(
        self, token: AckToken, going: Sequence[RuleState], *, is_acked: bool = False
    ) -> LinkedIncidents:
        now = self._clock.now()
        rows = tuple(
            LinkedIncident(
                rule=one.rule.id,
                server=self._name_of(one.key),
                severity=one.rule.severity.value,
                open_for=max(0.0, now - one.incident.opened),
                is_acked=is_acked or one.incident.acked,
            )
            for one in going
            if one.incident is not None
        )
        over = len(token.numbers) - len(rows)
        return LinkedIncidents(channel=token.channel, going=rows, over=over, is_cut=token.is_cut)


def number_of(ref: str) -> int:
    """Of the incident that a `SendMessage.ref` names, 0 for none."""
    number = ref.rpartition("/")[2]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0
