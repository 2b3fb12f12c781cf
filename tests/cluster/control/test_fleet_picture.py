"""Feeds of several shards are one feed: nothing is taken away by who lost it, and gaps have names."""

from __future__ import annotations

from automaton.cluster.control.fleet_picture import EACH_INCIDENT, INCIDENTS_EVERY, NOTHING, FleetPicture
from automaton.web.missing import MissingShard
from automaton.web.routes.arming import ArmedRow
from automaton.web.routes.changes import FleetChange, FleetRow
from automaton.web.routes.hold import HoldRow
from automaton.web.routes.incidents import IncidentRow
from tests.cluster.control.members import EU, FLEET, US


def row(uuid: str) -> FleetRow:
    return FleetRow(uuid=uuid, id=uuid, name=uuid, at=0.0)


def incident(server: str, open_for: float) -> IncidentRow:
    return IncidentRow(rule="down", server=server, name=server, severity="critical", open_for=open_for)


def armed(rule: str) -> ArmedRow:
    return ArmedRow(rule=rule, arm="off", own="live", holds="off", since=0.0)


WHOLE = FleetChange(incidents=[], armed=[], whole=True)


def whole_picture() -> FleetPicture:
    """Of eu-1 with `a` and us-1 with `b`."""
    picture = FleetPicture([EU, US])
    for shard, server in ((EU, "a"), (US, "b")):
        picture.began(shard)
        picture.take(shard, FleetChange(servers=[row(server)]), 0.0)
        picture.take(shard, WHOLE, 0.0)
    picture.incidents(0.0)
    return picture


def test_the_picture_is_whole_once_every_shard_has_told_all() -> None:
    picture = FleetPicture([EU, US])

    first = picture.take(EU, WHOLE, 0.0)
    second = picture.take(US, WHOLE, 0.0)

    assert (first.whole, second.whole, second.missing) == (False, True, [])


def test_a_shard_that_is_not_heard_does_not_keep_the_picture_and_is_named() -> None:
    picture = FleetPicture([EU, US])
    picture.take(EU, WHOLE, 0.0)

    told = picture.lost(US, "b does not answer")

    assert told == FleetChange(whole=True, missing=[MissingShard("node:us-1", "b does not answer")])


def test_the_same_loss_is_told_once_and_its_end_too() -> None:
    picture = whole_picture()

    lost, again = picture.lost(US, "dark"), picture.lost(US, "dark")
    picture.began(US)
    back = picture.take(US, WHOLE, 1.0)

    assert (lost.missing, again, back.missing) == ([MissingShard("node:us-1", "dark")], NOTHING, [])


def test_a_lost_shard_keeps_its_rows() -> None:
    picture = whole_picture()

    assert picture.lost(US, "dark").gone == []


def test_what_a_new_owner_does_not_know_is_gone_once_it_has_told_all() -> None:
    picture = whole_picture()
    picture.lost(US, "its owner has ended the connection")

    picture.began(US)
    middle = picture.take(US, FleetChange(servers=[row("c")]), 1.0)
    told = picture.take(US, WHOLE, 1.0)

    assert (middle.gone, told.gone) == ([], ["b"])


def test_a_server_that_moved_is_not_taken_away_by_where_it_was() -> None:
    picture = whole_picture()
    picture.take(US, FleetChange(servers=[row("a")]), 1.0)

    told = picture.take(EU, FleetChange(gone=["a"]), 1.0)

    assert told == NOTHING


def test_a_shard_that_is_none_any_more_takes_its_servers_along() -> None:
    told = whole_picture().dropped(US)

    assert (told.gone, told.missing) == (["b"], [])


def test_a_shard_that_comes_later_is_one_of_them() -> None:
    picture = FleetPicture([EU])
    picture.take(EU, WHOLE, 0.0)
    picture.began(US)

    told = picture.take(US, FleetChange(servers=[row("b")]), 1.0)

    assert told.servers == [row("b")]


def test_incidents_are_those_of_all_each_as_old_as_it_is_by_now() -> None:
    picture = whole_picture()
    picture.take(EU, FleetChange(incidents=[incident("a", 5.0)]), 10.0)
    picture.take(US, FleetChange(incidents=[incident("b", 60.0)]), 20.0)

    told = picture.incidents(30.0)

    assert told.incidents == [incident("b", 70.0), incident("a", 25.0)]


def test_lists_of_incidents_have_a_pace_however_many_shards_tell_of_them() -> None:
    picture = whole_picture()
    picture.take(EU, FleetChange(incidents=[incident("a", 0.0)]), 10.0)
    picture.incidents(10.0)
    picture.take(US, FleetChange(incidents=[incident("b", 0.0)]), 10.1)

    due = picture.due(10.1)

    assert due is not None
    assert abs(due - (INCIDENTS_EVERY + EACH_INCIDENT - 0.1)) < 1e-9


def test_incidents_that_only_grow_older_are_not_told_again() -> None:
    picture = whole_picture()
    picture.take(EU, FleetChange(incidents=[incident("a", 5.0)]), 10.0)
    picture.incidents(10.0)

    picture.take(EU, FleetChange(incidents=[incident("a", 10.0)]), 15.0)

    assert picture.due(15.0) is None


def test_nothing_is_due_before_the_picture_is_whole() -> None:
    picture = FleetPicture([EU, US])
    picture.take(EU, FleetChange(incidents=[incident("a", 5.0)], whole=True), 0.0)

    assert picture.due(10.0) is None


def test_the_hold_is_the_fleets_whatever_a_node_still_has() -> None:
    picture = FleetPicture([FLEET, EU])
    held = HoldRow(since=1.0, age=5.0, reason="fire")
    picture.take(EU, FleetChange(incidents=[], hold=held, whole=True), 0.0)
    before = picture.incidents(10.0).hold
    picture.take(FLEET, FleetChange(incidents=[], whole=True), 10.0)

    after = picture.incidents(10.0).hold

    assert (before, after) == (HoldRow(since=1.0, age=15.0, reason="fire"), None)


def test_rules_set_by_hand_are_the_fleets() -> None:
    picture = FleetPicture([FLEET, EU])

    first = picture.take(EU, FleetChange(armed=[armed("a")]), 0.0)
    second = picture.take(FLEET, FleetChange(armed=[]), 0.0)
    third = picture.take(EU, FleetChange(armed=[armed("a")]), 0.0)

    assert (first.armed, second.armed, third.armed) == ([armed("a")], [], None)
