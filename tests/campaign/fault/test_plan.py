"""The plan of a fault campaign: chance that can be repeated, and whatever begins has an end."""

from __future__ import annotations

from tests.campaign.fault.plan import FAMILIES, FAMILIES_AT_LEAST, STRETCH, plan

SERVERS, NODES = ("lobby", "event"), ("node-1", "node-2")
MANY = range(200)


def test_a_seed_gives_the_same_plan_again_and_another_another() -> None:
    assert plan(1, SERVERS, NODES) == plan(1, SERVERS, NODES)
    assert plan(1, SERVERS, NODES) != plan(2, SERVERS, NODES)


def test_all_is_over_at_the_end_and_in_order() -> None:
    for seed in MANY:
        deeds = plan(seed, SERVERS, NODES)
        assert [deed.at for deed in deeds] == sorted(deed.at for deed in deeds)
        assert all(deed.at + float(str(deed.given.get("seconds", 0))) <= STRETCH + 0.1 for deed in deeds)
        last = {deed.family: deed for deed in deeds}
        assert "chat" not in last or last["chat"].name == "is well"
        assert "disk" not in last or last["disk"].name == "has room"
        assert "clock" not in last or last["clock"].given == {"by": 0.0}


def test_every_family_fails_with_every_other_one() -> None:
    together = [{deed.family for deed in plan(seed, SERVERS, NODES)} for seed in MANY]

    assert all(len(families) >= FAMILIES_AT_LEAST for families in together)
    assert all(
        any({one, other} <= families for families in together) for one in FAMILIES for other in FAMILIES
    )
