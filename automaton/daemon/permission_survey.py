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
from automaton.settings.cluster import ClusterSettings
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


@dataclass(slots=True)
class Survey:
    """`troubles` says why a Panel, node or server could not be asked.

    `listed` is all that a Panel or node lists, chosen or not, of those that answered in whole.
    """

    seen: list[WatchedServer] = field(default_factory=list)
    listed: dict[str, list[Profile]] = field(default_factory=dict)
    troubles: list[tuple[str, AutomatonError]] = field(default_factory=list)


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
    secrets = [key for panel in configuration.settings.panels.values() for key in panel.keys]
    secrets += [node.config for node in configuration.settings.nodes.values()]
    cluster = configuration.settings.cluster
    if cluster is not None and cluster.credentials is not None:
        secrets.append(cluster.credentials)
    if not all(secret.reveal() for secret in secrets):
        return [problem_at(FilePlace("-"), "keys-not-readable", NOT_READABLE)]
    found = survey(configuration, step)
    troubles = [unasked(where, trouble) for where, trouble in found.troubles]
    vain = unmatched(configuration, found.listed)
    engine = _of_engine(cluster) if cluster is not None else []
    return [*engine, *troubles, *vain, *(check_online(configuration, found.seen) if found.seen else ())]


def _of_engine(cluster: ClusterSettings) -> list[Problem]:
    from automaton.daemon.cluster.engine_survey import judged  # a daemon without `cluster` never loads it

    return judged(cluster)


async def look(fleet: Connections, step: Callable[[int, int], None] = lambda done, of: None) -> Survey:
    """The same, with clients that exist already."""
    found, chosen = Survey(), dict[str, tuple[Profile, ServerApi]]()
    for house in fleet.houses:
        for place in await _listed(house, found):
            chosen.setdefault(place[0].uuid, place)  # the Panels stand first, as in the pool
    places = list(chosen.values())
    done, limit = 0, anyio.CapacityLimiter(AT_ONCE)

    async def ask(profile: Profile, steward: ServerApi) -> None:
        nonlocal done
        async with limit:
            try:
                may = await steward.permissions(profile.uuid)
                found.seen.append(WatchedServer(profile, may, steward.goes_by_panel))
            except (Weather, Refused) as problem:
                found.troubles.append((profile.name, problem))
        done += 1
        step(done, len(places))

    async with anyio.create_task_group() as group:
        for profile, steward in places:
            group.start_soon(ask, profile, steward)
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
            found.troubles.append((which, problem))
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
