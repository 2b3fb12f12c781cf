"""The Panel's client API for one key: servers, tokens, power, commands; the rest is its Maintenance."""

from __future__ import annotations

from automaton.core.calls import Signal
from automaton.core.events import Profile
from automaton.core.outcome import Outcome
from automaton.errors import Unreachable
from automaton.pace.http_client import MOST_OF_A_LIST, MOST_OF_ONE
from automaton.pace.panel_probe import probe_panel
from automaton.panel.maintenance import Maintenance
from automaton.panel.requests import LIST, NO_PANEL
from automaton.panel.responses import WebsocketGrant, read_grant, read_page, read_server

PER_PAGE = 100  # the Panel cuts larger ones silently (protocol.md 6.2)
MAX_PAGES = 200


class PanelClient(Maintenance):
    """One account of one Panel."""

    goes_by_panel = True

    async def servers(self) -> list[Profile]:
        """All servers of this account, each once: pages can shift while they are read."""
        found: dict[str, Profile] = {}
        number, pages = 1, 1
        while number <= pages:
            body = await self.get(
                LIST, {"include": "egg", "per_page": PER_PAGE, "page": number}, most=MOST_OF_A_LIST
            )
            page = read_page(body)
            if page is None:
                raise Unreachable(NO_PANEL)
            if page.pages > MAX_PAGES:  # the rest would count as gone
                raise Unreachable(f"the Panel names {page.pages} pages of servers; {MAX_PAGES} are read")
            found.update((profile.uuid, profile) for profile in page.profiles)
            pages, number = page.pages, number + 1
        return list(found.values())

    async def server(self, uuid: str) -> Profile:
        """One server as the Panel describes it now, whatever its state."""
        return (await self._server(uuid))[0]

    async def permissions(self, uuid: str) -> frozenset[str]:
        """What this account may do to the server, in the Panel's words; `*` for its owner."""
        return (await self._server(uuid))[1]

    async def websocket(self, uuid: str) -> WebsocketGrant:
        """A token, and the socket that takes it."""
        grant = read_grant(await self.get(f"/servers/{uuid}/websocket"))
        if grant is None:
            raise Unreachable(NO_PANEL)
        return grant

    async def power(self, uuid: str, signal: Signal) -> Outcome:
        """Asks for a power action. DONE means that Wings took it, not that it succeeded."""
        return await self.act(f"/servers/{uuid}/power", {"signal": signal.value})

    async def command(self, uuid: str, text: str) -> Outcome:
        """Types a console command. DONE means that it reached the process."""
        return await self.act(f"/servers/{uuid}/command", {"command": text})

    async def panel_outage(self) -> str:
        """Why the Panel does not answer; empty where it does. Asked without the key, outside all queues."""
        return await probe_panel(self.http, self.base)

    async def _server(self, uuid: str) -> tuple[Profile, frozenset[str]]:
        found = read_server(await self.get(f"/servers/{uuid}", {"include": "egg"}, most=MOST_OF_ONE))
        if found is None:
            raise Unreachable(NO_PANEL)
        if found[0].uuid != uuid:
            raise Unreachable(f"the Panel was asked for {uuid} and describes another server")
        return found
