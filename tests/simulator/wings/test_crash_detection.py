"""What Wings makes of an end that nobody asked for, beyond what the numbered checks say."""

from __future__ import annotations

from tests.simulator.stage import Stage, console, statuses


def test_a_crash_is_not_handled_where_somebody_was_quicker_with_a_start() -> None:
    stage = Stage()
    stage.server.image_missing = True
    caller = stage.listener()
    for _ in range(2):
        stage.server.power.request("start", "test", lambda cause: None, wait=30.0)
    stage.wait(0.3)
    stage.server.image_missing = False

    caller.wait(5)

    events = caller.heard()
    assert statuses(events) == ["starting", "offline", "starting", "running"]
    assert not [line for line in console(events) if "crash" in line]
