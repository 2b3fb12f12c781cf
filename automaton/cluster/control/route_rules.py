"""How each route of the control API is answered in a cluster. A test holds the table to the routes there are.

Law: what one shard knows is asked of its owner; what all know is asked of all, and merged by a rule that is
named here; what a process is itself, it answers itself; what people want to hold everywhere is the fleet's,
which brings it to all others.
"""

from __future__ import annotations

from collections.abc import Mapping

from automaton.cluster.control.merge_lists import (
    BREAKERS,
    DELIVERIES,
    INCIDENTS,
    RULE_KEYS,
    SERVERS,
    SILENCE_PREVIEW,
)
from automaton.cluster.control.merge_rules import RULES
from automaton.cluster.control.merge_status import STATUS
from automaton.cluster.control.stream_ends import console_ended, lines_ended
from automaton.cluster.control.ways import (
    ByMembersOnly,
    OfAll,
    OfChannel,
    OfFleet,
    OfKey,
    OfServer,
    OfShard,
    OfTarget,
    Place,
    Process,
    Way,
    WholeFeed,
)
from automaton.cluster.shard import FLEET, ShardKind

EVERY_KIND = (ShardKind.CHANNEL, ShardKind.FLEET, ShardKind.NODE)

ROUTES: Mapping[tuple[str, str], Way] = {
    # What a process is, and the files that it has: members may differ, and each says so itself.
    ("GET", "/v1/about"): Process(),
    ("GET", "/v1/health"): Process(),
    ("GET", "/v1/metrics"): Process(),  # Prometheus asks every member, and sums
    ("POST", "/v1/reload"): Process(),  # each member has files of its own
    ("GET", "/v1/rule-files"): Process(),
    ("GET", "/v1/rules/{rule}/source"): Process(),
    ("GET", "/ack/{token}"): Process(),  # the key of links is shared, and the pages ask all shards
    ("POST", "/ack/{token}"): Process(),
    ("POST", "/v1/page/sessions"): Process(),
    ("GET", "/v1/cluster"): Process(),
    ("POST", "/v1/cluster/adopt"): Process(),
    ("POST", "/v1/cluster/drain"): Process(),
    ("POST", "/v1/cluster/move"): Process(),
    # One server.
    ("GET", "/v1/servers/{server}"): OfServer(),
    ("GET", "/v1/servers/{server}/console"): OfServer(ended=console_ended),
    ("GET", "/v1/servers/{server}/lines"): OfServer(ended=lines_ended),
    ("POST", "/v1/servers/{server}/command"): OfServer(),
    ("POST", "/v1/servers/{server}/power"): OfServer(),
    ("POST", "/v1/servers/{server}/probe"): OfServer(),
    # A rule and a key.
    ("GET", "/v1/rules/{rule}/explain"): OfKey(Place.QUERY),
    ("GET", "/v1/rules/{rule}/route"): OfKey(Place.QUERY),
    ("GET", "/v1/rules/{rule}/drill"): OfKey(Place.QUERY),
    ("POST", "/v1/rules/{rule}/drill"): OfKey(Place.BODY),
    ("POST", "/v1/rules/{rule}/ack"): OfKey(Place.BODY, of_all=INCIDENTS),
    ("POST", "/v1/rules/{rule}/reset"): OfKey(Place.BODY, of_all=BREAKERS),
    ("POST", "/v1/incidents/note"): OfKey(Place.BODY, otherwise=FLEET),  # its server may be gone by now
    # Lists.
    ("GET", "/v1/breakers"): OfAll(BREAKERS),
    ("GET", "/v1/incidents"): OfAll(INCIDENTS),
    ("GET", "/v1/rules"): OfAll(RULES),
    ("GET", "/v1/rules/{rule}/keys"): OfAll(RULE_KEYS),
    ("GET", "/v1/servers"): OfAll(SERVERS, (ShardKind.NODE,)),
    ("POST", "/v1/silences/preview"): OfAll(SILENCE_PREVIEW),
    ("GET", "/v1/status"): OfAll(STATUS),
    ("GET", "/v1/changes"): WholeFeed(),
    # What people want to hold everywhere.
    ("GET", "/v1/armed"): OfFleet(),
    ("POST", "/v1/rules/{rule}/arm"): OfFleet(spreads=True),
    ("POST", "/v1/hold"): OfFleet(spreads=True),
    ("POST", "/v1/release"): OfFleet(spreads=True),
    ("GET", "/v1/silences"): OfFleet(),
    ("POST", "/v1/silences"): OfFleet(spreads=True),
    ("POST", "/v1/silences/{id}/end"): OfFleet(spreads=True),
    ("GET", "/v1/standing-orders"): OfFleet(),
    ("POST", "/v1/standing-orders"): ByMembersOnly(),
    ("POST", "/v1/hook-calls"): ByMembersOnly(),  # hooks have a port of their own, at each member
    # Channels; and what waits at other shards until a channel's owner takes it.
    ("GET", "/v1/deliveries"): OfAll(DELIVERIES, EVERY_KIND),
    ("POST", "/v1/deliveries/retry"): OfTarget(of_all=DELIVERIES),
    ("POST", "/v1/channels/{channel}/test"): OfChannel(),
    # One engine is recorded: a sequence of two would be none.
    ("GET", "/v1/recording"): OfShard(),
}
"""By method and path."""
