"""The states of a server, in Wings' words."""

from __future__ import annotations

from enum import StrEnum


class PowerState(StrEnum):
    """The argument of a `status` event (protocol.md 4).

    The simulator has an enum of its own: it is held to Wings, not to how the daemon reads Wings.
    """

    OFFLINE = "offline"
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
