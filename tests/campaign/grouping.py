"""How a campaign's channels group: in seconds, for a campaign has no minutes to wait."""

from __future__ import annotations


def grouping(by: str = "rule, server", *, wait: str = "0s", interval: str = "1s") -> str:
    """The keys of a channel, to stand behind its others."""
    return f", group_by: [{by}], group_wait: {wait}, group_interval: {interval}"
