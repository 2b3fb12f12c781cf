"""A target: one URL of a channel. It is told by itself, and knows by itself what it was told."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from automaton.delivery.channel import Channel
from automaton.delivery.store import ROOT
from automaton.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryTarget:
    """`name` stands for it in logs and tables, such as `ops/1`. `key` is the same after a restart."""

    name: str
    key: str
    url: Secret
    channel: Channel

    @property
    def root(self) -> str:
        """What the names of its parts begin with."""
        return f"{ROOT}{self.key}"


def targets_of(channel: Channel) -> list[DeliveryTarget]:
    """One for each URL, named by channel and place. A URL that stands there twice is one target."""
    keys = {key_of(channel.name, url): url for url in reversed(channel.urls)}
    return [
        DeliveryTarget(
            name=f"{channel.name}/{place}", key=key_of(channel.name, url), url=url, channel=channel
        )
        for place, url in enumerate(channel.urls, 1)
        if keys.pop(key_of(channel.name, url), None) is not None
    ]


def key_of(channel: str, url: Secret) -> str:
    """The channel's name and a digest: it finds a target again, and does not give its URL away."""
    digest = sha256("\0".join((channel, url.reveal())).encode()).hexdigest()
    return f"{channel}.{digest[:12]}"


def channel_of(key: str) -> str:
    """The channel of a target's key."""
    return key.rpartition(".")[0]
