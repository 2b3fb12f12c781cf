"""Sends only for as long as this process owns the channel.

A channel has one owner that its log believes, and two processes that send for it would keep to its `rate`
each. What a try leaves behind when the lease ends is said again by the next owner, under the same id.
"""

from __future__ import annotations

from collections.abc import Callable

from automaton.delivery.message import Message
from automaton.delivery.sender import Sender
from automaton.errors import TryLater
from automaton.secret import Secret

LOOKED_AGAIN = 5.0  # seconds; a lease that is not renewed by then is another owner's soon


class LeasedSender:
    """`may_send` says whether the lease has enough left: asked before each try, without a pause between."""

    def __init__(self, sender: Sender, may_send: Callable[[], bool]) -> None:
        self._sender = sender
        self._may_send = may_send

    async def send(self, url: Secret, message: Message, /) -> None:
        """Sends a message. Raises TryLater while the lease is too short."""
        if not self._may_send():
            raise TryLater("the lease of its channel runs out, or did", after=LOOKED_AGAIN)
        await self._sender.send(url, message)
