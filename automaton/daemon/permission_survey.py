"""Asks the Panels once which servers there are, and what each account may do on each.

One request a server, at the pace that the Panel allows; no link is opened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import anyio

from automaton.configuration.load import Configuration
from automaton.configuration.online import WatchedServer, check_online, unasked
from automaton.configuration.unmatched import unmatched
from automaton.core.events import Profile
from automaton.daemon.connections import Connections
from automaton.errors import AutomatonError, Refused, Weather
from automaton.pace.clock import SystemClock
from automaton.problem import FilePlace, Problem, problem_at
from automaton.schema.scalar import target_of
from automaton.settings.cluster import ClusterSettings
from automaton.settings.secrets import PlacedSecret
from automaton.wings.account import ServerApi
from automaton.wings.account_assignment import assign_accounts
from automaton.wings.panel_links import PanelAccess

AT_ONCE = 4  # requests under way to one Panel
NOT_READABLE = (
    "nobody was asked: the keys cannot be read here. Ask as root, who may read the files that"
    " `LoadCredential=NAME:FILE` of automaton.service and its drop-ins names; where these are encrypted,"
    " while the service runs: `env CREDENTIALS_DIRECTORY=/run/credentials/automaton.service automaton check"
    " --online`"
)
"""Trying again as it is would not help: this is no weather."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why somebody could not be asked: `where` in words, `house` the name of its Panel or node."""

    house: str
    where: str
    reason: AutomatonError


@dataclass(slots=True)
class Survey:
    """`troubles` says why a Panel, node or server could not be asked.

    `listed` is all that a Panel or node lists, chosen or not, of those that answered in whole.
    """

    seen: list[WatchedServer] = field(default_factory=list)
    listed: dict[str, list[Profile]] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)


def survey(configuration: Configuration, step: Callable[[int, int], None] = lambda done, of: None) -> Survey:
    """Asks all Panels and nodes. `step` is called with how many servers are done, of how many."""

    async def life() -> Survey:
        clock = SystemClock()
        fleet = Connections(configuration, clock, Random())  # noqa: S311 - jitter, not secrets
        try:
            return await look(fleet, step)
        finally:
            await fleet.aclose()

    return anyio.run(life)


def judged(configuration: Configuration, step: Callable[[int, int], None]) -> list[Problem]:
    """What the configuration lacks on the servers there really are, and who could not be asked."""
    settings = configuration.settings
    secrets = [key for panel in settings.panels.values() for key in panel.keys]
    secrets += [node.config for node in settings.nodes.values()]
    cluster = settings.cluster
    if cluster is not None and cluster.credentials is not None:
        secrets.append(cluster.credentials)
    shut = next((secret for secret in secrets if not secret.reveal()), None)
    if shut is not None:
        place = shut.place if isinstance(shut, PlacedSecret) else FilePlace("-")
        return [problem_at(place, "keys-not-readable", NOT_READABLE)]
    found = survey(configuration, step)
    places = {str(name): target_of(name) for name in (*settings.panels, *settings.nodes)}
    troubles = [unasked(places[one.house], one.where, one.reason) for one in found.troubles]
    vain = unmatched(configuration, found.listed)
    engine = _of_engine(cluster) if cluster is not None else []
    return [*engine, *troubles, *vain, *(check_online(configuration, found.seen) if found.seen else ())]


def _of_engine(cluster: ClusterSettings) -> list[Problem]:
    from automaton.daemon.cluster.engine_survey import judged  # a daemon without `cluster` never loads it

    return judged(cluster)


async def look(fleet: Connections, step: Callable[[int, int], None] = lambda done, of: None) -> Survey:
    """The same, with clients that exist already."""
    found, chosen = Survey(), dict[str, tuple[str, Profile, ServerApi]]()
    for house in fleet.houses:
        for profile, steward in await _listed(house, found):
            # The Panels stand first, as in the pool.
            chosen.setdefault(profile.uuid, (house.name, profile, steward))
    places = list(chosen.values())
    done, limit = 0, anyio.CapacityLimiter(AT_ONCE)

    async def ask(house: str, profile: Profile, steward: ServerApi) -> None:
        nonlocal done
        async with limit:
            try:
                may = await steward.permissions(profile.uuid)
                found.seen.append(WatchedServer(profile, may, steward.goes_by_panel))
            except (Weather, Refused) as problem:
                found.troubles.append(Trouble(house, profile.name, problem))
        done += 1
        step(done, len(places))

    async with anyio.create_task_group() as group:
        for place in places:
            group.start_soon(ask, *place)
    found.seen.sort(key=lambda one: (one.profile.name, one.profile.uuid))
    return found


async def _listed(house: PanelAccess, found: Survey) -> list[tuple[Profile, ServerApi]]:
    """Each server with the account that the daemon would give it, at its start."""
    profiles: dict[str, Profile] = {}
    seen: dict[str, list[int]] = {}
    everything, troubles = dict[str, Profile](), len(found.troubles)
    for number, steward in enumerate(house.apis):
        try:
            listed = await steward.servers()
        except (Weather, Refused) as problem:
            which = f"{house.name}, key {number + 1}" if len(house.apis) > 1 else house.name
            found.troubles.append(Trouble(house.name, which, problem))
            continue
        everything |= {profile.uuid: profile for profile in listed}
        for profile in listed:
            if house.watches(profile):
                profiles[profile.uuid] = profile
                seen.setdefault(profile.uuid, []).append(number)
    if len(found.troubles) == troubles:
        found.listed[house.name] = list(everything.values())
    owners = assign_accounts(seen, {})
    return [(profiles[uuid], house.apis[number]) for uuid, number in owners.items()]
