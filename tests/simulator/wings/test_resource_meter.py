from __future__ import annotations

from tests.simulator.stage import Stage


def test_nobody_listens_so_nothing_is_measured() -> None:
    stage = Stage()
    stage.run()

    assert stage.node.next_deadline() is None


def test_readings_come_once_a_second_for_hours() -> None:
    """However the seconds add up, none is lost and none comes twice."""
    stage = Stage()
    stage.run()
    caller = stage.listener(exp=stage.wall + 100_000)

    counts = []
    for _ in range(4):
        caller.wait(3600)
        counts.append(caller.names().count("stats"))

    assert set(counts) == {3600}


def test_several_listeners_get_the_same_reading_at_the_same_moment() -> None:
    stage = Stage()
    stage.run()
    first, second = stage.listener(), stage.listener()

    stage.wait(1.0)

    assert first.heard() == second.heard() != []


def test_uptime_is_in_milliseconds_and_starts_anew_with_each_run() -> None:
    stage = Stage()
    stage.run()
    stage.wait(100)
    old = stage.server.meter.figures()["uptime"]
    stage.server.power.request("restart", "test", lambda cause: None)
    stage.wait(5)
    new = stage.server.meter.figures()["uptime"]

    assert isinstance(old, int)
    assert isinstance(new, int)
    assert 100_000 < old < 106_000
    assert 0 < new < 5_000
