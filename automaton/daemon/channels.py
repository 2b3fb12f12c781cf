"""The channels of automaton.yml, as delivery takes them."""

from __future__ import annotations

from automaton.delivery.channel import Channel, Label, SendRate
from automaton.delivery.digest import Digest
from automaton.settings.model import Settings


def channels_of(settings: Settings) -> dict[str, Channel]:
    """By name, with their addresses as secrets."""
    return {
        str(name): Channel(
            name=str(name),
            urls=tuple(channel.urls),
            min_severity=channel.min_severity,
            group_by=tuple(Label(label) for label in channel.group_by),
            group_wait=channel.group_wait,
            group_interval=channel.group_interval,
            repeat=channel.repeat,
            max_age=channel.max_age,
            digest=Digest(channel.digest.at, channel.digest.tz) if channel.digest is not None else None,
            rate=SendRate(channel.rate.max, channel.rate.within),
            mentions={severity: tuple(called) for severity, called in channel.mention.items()},
            is_plain=channel.format == "plain",
        )
        for name, channel in settings.channels.items()
    }
