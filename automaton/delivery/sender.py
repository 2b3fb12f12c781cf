"""The port through which a message leaves: implemented by `apprise.py`, and by fakes in tests."""

from __future__ import annotations

from typing import Protocol

from automaton.delivery.message import Message
from automaton.secret import Secret


class Sender(Protocol):
    """Sends one message to one destination."""

    async def send(self, url: Secret, message: Message) -> None:
        """Returns when the service has taken it.

        Raises Unreachable or TryLater where a later try may help, Refused where none will.
        Their texts never hold the URL. The caller's deadline may cancel it.
        """
