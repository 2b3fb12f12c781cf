"""Lists of several shards as one list: sorted and cut as one daemon alone sorts and cuts them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain

from automaton.cluster.control.merge import Lacking, Merge
from automaton.natural_order import natural_order
from automaton.web.routes.breakers import BreakerList
from automaton.web.routes.deliveries import DeliveryList
from automaton.web.routes.incidents import IncidentList, IncidentRow
from automaton.web.routes.rule_keys import MOST_KEYS, RuleKeyRow, RuleKeys
from automaton.web.routes.servers import ServerList, ServerRow
from automaton.web.routes.silences import MOST_SHOWN, HeldRule, SilencePreview

PHASES = ("open", "tripped", "pending", "idle")  # first those of which there is something to see


def oldest_first(rows: Iterable[IncidentRow]) -> list[IncidentRow]:
    """As incidents are always told."""
    return sorted(rows, key=lambda row: -row.open_for)


def _servers(parts: Sequence[ServerList], lacking: Lacking) -> ServerList:
    """By name. Those of missing shards are there with what their Panel says: a name must mean one of all."""
    rows = {row.uuid: row for row in chain.from_iterable(part.servers for part in parts)}
    for one in lacking.servers:
        if one.uuid not in rows:
            rows[one.uuid] = ServerRow(
                uuid=one.uuid, id=one.id, name=one.name, node=one.node, panel=one.panel
            )
    return ServerList(sorted(rows.values(), key=lambda row: (natural_order(row.name), row.uuid)))


def _incidents(parts: Sequence[IncidentList], _: Lacking) -> IncidentList:
    return IncidentList(oldest_first(chain.from_iterable(part.incidents for part in parts)))


def _breakers(parts: Sequence[BreakerList], _: Lacking) -> BreakerList:
    return BreakerList(list(chain.from_iterable(part.breakers for part in parts)))


def _deliveries(parts: Sequence[DeliveryList], _: Lacking) -> DeliveryList:
    return DeliveryList(list(chain.from_iterable(part.deliveries for part in parts)))


def _rule_keys(parts: Sequence[RuleKeys], _: Lacking) -> RuleKeys:
    """A key that two shards tell of, at a handover, is told once: as the one that saw more of it."""
    rows: dict[str, RuleKeyRow] = {}
    for row in chain.from_iterable(part.keys for part in parts):
        before = rows.get(row.key)
        if before is None or PHASES.index(row.phase) < PHASES.index(before.phase):
            rows[row.key] = row
    twice = sum(len(part.keys) for part in parts) - len(rows)
    ordered = sorted(
        rows.values(), key=lambda row: (PHASES.index(row.phase), natural_order(row.name), row.key)
    )
    return RuleKeys(keys=ordered[:MOST_KEYS], total=sum(part.total for part in parts) - twice)


def _preview(parts: Sequence[SilencePreview], _: Lacking) -> SilencePreview:
    """The counts are of all; the names are the first, as of one.

    How many rules there are is exact as long as no shard had more than it names.
    """
    held: defaultdict[str, int] = defaultdict(int)
    arms: dict[str, str] = {}
    for rule in chain.from_iterable(part.rules for part in parts):
        held[rule.id] += rule.servers
        arms.setdefault(rule.id, rule.arm)
    rules = [HeldRule(id=id_, servers=count, arm=arms[id_]) for id_, count in sorted(held.items())]
    servers = sorted(chain.from_iterable(part.servers for part in parts), key=natural_order)
    incidents = oldest_first(chain.from_iterable(part.incidents for part in parts))
    return SilencePreview(
        rules=rules[:MOST_SHOWN],
        rules_in_all=max([len(rules), *(part.rules_in_all for part in parts)]),
        servers=servers[:MOST_SHOWN],
        servers_in_all=sum(part.servers_in_all for part in parts),
        pairs=sum(part.pairs for part in parts),
        incidents=incidents[:MOST_SHOWN],
        incidents_in_all=sum(part.incidents_in_all for part in parts),
    )


SERVERS = Merge(ServerList, _servers, rows="servers")
INCIDENTS = Merge(IncidentList, _incidents, rows="incidents")
BREAKERS = Merge(BreakerList, _breakers, rows="breakers")
DELIVERIES = Merge(DeliveryList, _deliveries)
RULE_KEYS = Merge(RuleKeys, _rule_keys)
SILENCE_PREVIEW = Merge(SilencePreview, _preview)
