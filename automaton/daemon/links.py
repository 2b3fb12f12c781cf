"""The links that belong to one engine: all of the pool, or those of its share of the servers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from automaton.wings.link_supervisor import LinkStatus, LinkSupervisor
from automaton.wings.panel_status import PanelStatus


class Links(Protocol):
    """What is asked of them. The pool of links (`wings/pool.py`) is one."""

    def status(self) -> list[LinkStatus]:
        """The state of each link."""

    def status_of(self, server: str) -> LinkStatus | None:
        """The state of one link; None where the server is not watched."""

    def panel_statuses(self) -> list[PanelStatus]:
        """The state of each Panel and node."""

    def find(self, server: str) -> LinkSupervisor | None:
        """The supervisor of a server's link; None where it is not watched."""

    def panel_of(self, server: str) -> str:
        """The name of the Panel or node that a server is watched by, "" for none."""

    def ask_panel(self, server: str) -> None:
        """Reads soon how its Panel describes one server."""


class OwnLinks:
    """Of all links those of the servers for which `is_own` says so. Panels are seen by all."""

    def __init__(self, links: Links, is_own: Callable[[str], bool]) -> None:
        self._links = links
        self._is_own = is_own

    def status(self) -> list[LinkStatus]:
        """The state of each link."""
        return [one for one in self._links.status() if self._is_own(one.server)]

    def status_of(self, server: str) -> LinkStatus | None:
        """The state of one link; None where the server is not one of these."""
        return self._links.status_of(server) if self._is_own(server) else None

    def panel_statuses(self) -> list[PanelStatus]:
        """The state of each Panel and node."""
        return self._links.panel_statuses()

    def find(self, server: str) -> LinkSupervisor | None:
        """The supervisor of a server's link; None where it is not one of these."""
        return self._links.find(server) if self._is_own(server) else None

    def panel_of(self, server: str) -> str:
        """The name of the Panel or node that a server is watched by, "" for none."""
        return self._links.panel_of(server)

    def ask_panel(self, server: str) -> None:
        """Reads soon how its Panel describes one server."""
        self._links.ask_panel(server)
