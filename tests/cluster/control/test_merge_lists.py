"""Many lists are one list, sorted and cut as one daemon sorts and cuts it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from automaton.cluster.control.merge import Lacking
from automaton.cluster.control.merge_lists import (
    BREAKERS,
    DELIVERIES,
    INCIDENTS,
    RULE_KEYS,
    SERVERS,
    SILENCE_PREVIEW,
)
from automaton.cluster.control.shards import KnownServer
from automaton.web.routes.breakers import BreakerList, BreakerRow
from automaton.web.routes.deliveries import DeliveryList, DeliveryRow
from automaton.web.routes.incidents import IncidentList, IncidentRow
from automaton.web.routes.rule_keys import MOST_KEYS, RuleKeyRow, RuleKeys
from automaton.web.routes.servers import ServerList, ServerRow
from automaton.web.routes.silences import MOST_SHOWN, HeldRule, SilencePreview

WHOLE = Lacking()


def server(uuid: str, name: str, state: str | None = "running") -> ServerRow:
    return ServerRow(uuid=uuid, id=uuid, name=name, state=state)


def incident(server: str, open_for: float) -> IncidentRow:
    return IncidentRow(rule="r", server=server, name=server, severity="info", open_for=open_for)


def keys(*rows: RuleKeyRow, total: int | None = None) -> RuleKeys:
    return RuleKeys(keys=list(rows), total=len(rows) if total is None else total)


def test_servers_are_by_name_whoever_told_of_them() -> None:
    parts = [ServerList([server("1", "beta"), server("2", "Delta")]), ServerList([server("3", "Gamma")])]

    assert [row.name for row in SERVERS.merged(parts, WHOLE).servers] == ["beta", "Delta", "Gamma"]


def test_servers_of_a_missing_shard_are_listed_without_what_nobody_knows() -> None:
    lacking = Lacking(servers=[KnownServer(uuid="9", id="9x", name="alpha", node="us-1", panel="main")])

    found = SERVERS.merged([ServerList([server("1", "beta")])], lacking).servers

    assert found[0] == ServerRow(uuid="9", id="9x", name="alpha", node="us-1", panel="main")
    assert len(found) == 2


@given(st.lists(st.lists(st.floats(0, 1e6), max_size=5), max_size=5))
def test_incidents_of_parts_are_those_of_one(parts: list[list[float]]) -> None:
    told = [IncidentList([incident("s", age) for age in part]) for part in parts]

    ages = [row.open_for for row in INCIDENTS.merged(told, WHOLE).incidents]

    assert ages == sorted((age for part in parts for age in part), reverse=True)


def test_breakers_and_deliveries_are_those_of_all_in_the_order_of_the_shards() -> None:
    rows = [BreakerRow(rule="r", key=key, name=key) for key in "ab"]
    targets = [DeliveryRow(target=f"{name}/1", channel=name) for name in ("ops", "boss")]

    breakers = BREAKERS.merged([BreakerList(rows[:1]), BreakerList(rows[1:])], WHOLE)
    deliveries = DELIVERIES.merged([DeliveryList(targets[:1]), DeliveryList(targets[1:])], WHOLE)

    assert (breakers.breakers, deliveries.deliveries) == (rows, targets)


def test_keys_of_which_there_is_something_to_see_come_first() -> None:
    idle, open_ = RuleKeyRow(key="1", name="a"), RuleKeyRow(key="2", name="z", phase="open")

    merged = RULE_KEYS.merged([keys(idle), keys(open_)], WHOLE)

    assert (merged.keys, merged.total) == ([open_, idle], 2)


def test_a_key_that_two_tell_of_at_a_handover_is_told_once() -> None:
    old, new = RuleKeyRow(key="1", name="a"), RuleKeyRow(key="1", name="a", phase="pending")

    merged = RULE_KEYS.merged([keys(old), keys(new)], WHOLE)

    assert (merged.keys, merged.total) == ([new], 1)


def test_keys_are_cut_and_counted() -> None:
    parts = [keys(*(RuleKeyRow(key=f"{part}-{at}", name="") for at in range(MOST_KEYS)), total=2_000)
             for part in range(2)]  # fmt: skip

    merged = RULE_KEYS.merged(parts, WHOLE)

    assert (len(merged.keys), merged.total) == (MOST_KEYS, 4_000)


def test_a_preview_counts_all_and_names_the_first() -> None:
    def part(name: str) -> SilencePreview:
        return SilencePreview(
            rules=[HeldRule(id="r", servers=MOST_SHOWN, arm="live")], rules_in_all=1,
            servers=[f"{name}-{number:02}" for number in range(MOST_SHOWN)], servers_in_all=80, pairs=90,
            incidents=[incident(name, 5.0)], incidents_in_all=1,
        )  # fmt: skip

    merged = SILENCE_PREVIEW.merged([part("b"), part("a")], WHOLE)

    assert merged.rules == [HeldRule(id="r", servers=2 * MOST_SHOWN, arm="live")]
    assert (merged.rules_in_all, merged.servers_in_all, merged.pairs, merged.incidents_in_all) == (
        1,
        160,
        180,
        2,
    )
    assert (merged.servers[0], len(merged.servers)) == ("a-00", MOST_SHOWN)
