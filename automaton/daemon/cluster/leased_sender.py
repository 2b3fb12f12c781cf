"""Sends only for as long as this process owns the channel, and can write down that it sends.

A channel has one owner that its log believes: two that send would keep to its `rate` each, and the next one
counts what the log says was sent. What a try leaves open is said again by that one, under the same id.
"""

from __future__ import annotations

from collections.abc import Callable

from automaton.delivery.message import Message
from automaton.delivery.sender import Sender
from automaton.errors import TryLater
from automaton.secret import Secret

LOOKED_AGAIN = 5.0  # seconds; a lease that is not renewed by then is another owner's soon


class LeasedSender:
    """`may_send` says whether that is so: asked right before each try, without a pause between."""

    def __init__(self, sender: Sender, may_send: Callable[[], bool]) -> None:
        self._sender = sender
        self._may_send = may_send

    async def send(self, url: Secret, message: Message, /) -> None:
        """Sends a message. Raises TryLater while it may not."""
        if not self._may_send():
            raise TryLater(
                "this member cannot prove just now that the channel is its own", after=LOOKED_AGAIN
            )
        await self._sender.send(url, message)
