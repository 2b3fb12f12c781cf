"""The port through which a message leaves. `apprise.py` stands behind it, and fakes in tests."""

from __future__ import annotations

from typing import Protocol

from automaton.delivery.message import Message
from automaton.secret import Secret


class Sender(Protocol):
    """Sends one message to one target."""

    async def send(self, url: Secret, message: Message) -> None:
        """Returns when the service took it.

        Raises Unreachable or TryLater where a later try may help, Refused where none does.
        Their messages never hold the URL. May be cancelled by the caller's deadline.
        """
