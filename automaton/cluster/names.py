"""What everything is called in NATS: subjects, streams, buckets.

Law: whatever a node or a channel is called, its name here is one that NATS takes, and no
two shards share one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b

from automaton.cluster.shard import Shard, escaped

LONGEST_TOKEN = 120
"""Letters of a shard in a name: JetStream takes 255 for a stream's, and makes a folder of it on its disk."""

LONGEST_CLUSTER = 40
"""Letters of a cluster's name, so that what is made of both fits."""

_SLUG = re.compile(r"[A-Za-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one cluster. Raises ValueError where its own is no slug."""

    cluster: str

    def __post_init__(self) -> None:
        """The name becomes part of subjects and of files of the servers."""
        if len(self.cluster) > LONGEST_CLUSTER or not _SLUG.fullmatch(self.cluster):
            raise ValueError(
                f"`{self.cluster}` cannot be the name of a cluster: "
                f"up to {LONGEST_CLUSTER} letters, digits and hyphens"
            )

    @property
    def heartbeat(self) -> str:
        """Where each member says that it lives."""
        return f"automaton.{self.cluster}.heartbeat"

    @property
    def tell_fleet(self) -> str:
        """Events for the fleet's engine."""
        return f"automaton.{self.cluster}.tell.fleet"

    @property
    def tell_all(self) -> str:
        """Events for the engines of all nodes."""
        return f"automaton.{self.cluster}.tell.all"

    @property
    def tell_any(self) -> str:
        """All events for engines."""
        return f"automaton.{self.cluster}.tell.>"

    def tell(self, shard: Shard) -> str:
        """Events for one shard's engine."""
        return f"automaton.{self.cluster}.tell.{token_of(shard)}"

    def ask(self, member: str) -> str:
        """Where a member is asked something."""
        return f"automaton.{self.cluster}.ask.{word_of(member)}"

    def log(self, shard: Shard) -> str:
        """The subject of a shard's records."""
        return f"automaton.{self.cluster}.shard.{token_of(shard)}.log"

    def piece(self, shard: Shard, epoch: int, number: int) -> str:
        """The subject of a piece of a snapshot, of one owner and no other."""
        return f"automaton.{self.cluster}.shard.{token_of(shard)}.snapshot.{epoch}.{number}"

    def shard_subjects(self, shard: Shard) -> str:
        """All that a shard's stream takes."""
        return f"automaton.{self.cluster}.shard.{token_of(shard)}.>"

    def stream(self, shard: Shard) -> str:
        """The stream that is a shard's log."""
        return f"automaton_{self.cluster}_{token_of(shard)}"

    @property
    def bucket(self) -> str:
        """The small state that all members share."""
        return f"automaton_{self.cluster}"

    @property
    def trail_stream(self) -> str:
        """The stream of the audit trail: no shard has such a token."""
        return f"automaton_{self.cluster}_trail"

    def trail(self, shard: Shard) -> str:
        """The subject of a shard's rows of the audit trail."""
        return f"automaton.{self.cluster}.trail.{token_of(shard)}"

    @property
    def trail_subjects(self) -> str:
        """All rows of the audit trail."""
        return f"automaton.{self.cluster}.trail.>"

    @property
    def may_publish(self) -> tuple[str, ...]:
        """All subjects that a member's user of NATS has to be allowed to publish to.

        A stream's name is one word of a subject, of which NATS matches all or nothing: whoever shares NATS
        with others gives automaton an account of its own.
        """
        api = ("INFO", "CREATE", "UPDATE", "PURGE", "MSG.GET")
        return (
            f"automaton.{self.cluster}.>",
            f"$KV.{self.bucket}.>",
            *(f"$JS.API.STREAM.{what}.*" for what in api),
            "_INBOX.>",
        )

    @property
    def may_subscribe(self) -> tuple[str, ...]:
        """All subjects that it has to be allowed to subscribe to."""
        return (f"automaton.{self.cluster}.>", "_INBOX.>")


def token_of(shard: Shard) -> str:
    """The shard as one word, cut where it is too long; the cut ones differ by a digest of the whole."""
    return _cut(shard.token)


def word_of(name: str) -> str:
    """Any text as one word of a subject, cut likewise."""
    return _cut(escaped(name))


def _cut(token: str) -> str:
    if len(token) <= LONGEST_TOKEN:
        return token
    digest = blake2b(token.encode(), digest_size=12).hexdigest()
    # An escape has two digits in capitals behind its `_`, and only every 2^96th digest is no other token.
    return f"{token[: LONGEST_TOKEN - len(digest) - 1]}_{digest}"
