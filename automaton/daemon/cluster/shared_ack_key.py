"""The key by which links are signed, the same at all members: a message's link may be opened at any of them.

Law: what is signed with another key works nowhere else. So nothing is signed before the shared one is known.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

import anyio
import structlog

from automaton.cluster.shared_secret import NONCE, ForeignSealError, SealingKey
from automaton.daemon.cluster.shared_state import SharedBucket
from automaton.errors import Weather
from automaton.secret import Secret

ASKED_AGAIN = 5.0  # seconds, while NATS cannot be reached
_BYTES = 32


class SharedAckKey:
    """Read from the bucket, or made there by the first member. `seal` is made of `cluster.key`.

    Its name there has the mark of that key in it: members that were given a new key share a new secret.
    """

    def __init__(self, seal: SealingKey, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._seal = seal
        self._random = random
        self._key: Secret | None = None
        self._log = structlog.get_logger()

    @property
    def name(self) -> str:
        """Where it stands in the bucket."""
        return f"secret.links.{self._seal.mark}"

    def made(self) -> Secret:
        """The key. To be asked once it is known."""
        assert self._key is not None
        return self._key

    def known(self) -> Secret | None:
        """The key; None until it is read."""
        return self._key

    async def run(self, bucket: SharedBucket) -> None:
        """Until it is known."""
        while self._key is None:
            try:
                await self.share(bucket)
            except Weather:
                await anyio.sleep(ASKED_AGAIN)
            except ForeignSealError as problem:
                self._log.error(
                    "cluster.secret_unread", key=self.name, reason=f"{problem}: messages carry no links"
                )
                return

    async def share(self, bucket: SharedBucket) -> None:
        """One try. Raises Weather, and ForeignSealError for what is none of ours."""
        found = await bucket.get(self.name)
        if found is None:
            sealed = self._seal.seal(self.name, self._random(_BYTES).hex().encode(), self._random(NONCE))
            # Where another was faster, its secret is the one: it is read on the next line.
            await bucket.put(self.name, sealed, 0)
            found = await bucket.get(self.name)
        if found is not None:
            self._key = Secret(self._seal.unseal(self.name, found.value).decode())
