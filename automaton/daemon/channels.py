"""The channels of automaton.yml, as delivery takes them."""

from __future__ import annotations

from automaton.delivery.channel import Channel, SendRate
from automaton.settings.model import Settings


def channels_of(settings: Settings) -> dict[str, Channel]:
    """By name, with their addresses as secrets."""
    return {
        str(name): Channel(
            name=str(name),
            urls=tuple(channel.urls),
            min_severity=channel.min_severity,
            rate=SendRate(channel.rate.max, channel.rate.within),
            mentions={severity: tuple(called) for severity, called in channel.mention.items()},
            is_plain=channel.format == "plain",
        )
        for name, channel in settings.channels.items()
    }
