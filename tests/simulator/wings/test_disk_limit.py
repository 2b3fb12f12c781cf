from __future__ import annotations

from automaton.simulator.wings.disk_limit import EXCEEDED, fill
from tests.simulator.stage import ADMIN, Stage, console, statuses


def test_a_full_disk_stops_the_server_and_forbids_a_start() -> None:
    stage = Stage(disk=512)
    stage.run()
    caller = stage.listener(permissions=list(ADMIN))

    fill(stage.server, 512 << 20)
    stage.wait(5)
    events = caller.heard()
    caller.say("set state", "start")
    caller.wait(1)
    refused = caller.heard()
    fill(stage.server, 100 << 20)
    caller.say("set state", "start")
    caller.wait(5)

    assert any(EXCEEDED in line for line in console(events))
    assert statuses(events) == ["stopping", "offline"]
    assert [e["args"][0].partition("]: ")[2] for e in refused if e["event"] == "daemon error"] == [
        "filesystem: not enough disk space"
    ]
    assert statuses(refused) == []
    assert statuses(caller.heard()) == ["starting", "running"]


def test_a_server_that_does_not_stop_for_a_full_disk_is_killed_after_a_minute() -> None:
    stage = Stage(disk=512)
    stage.run()
    caller = stage.listener()
    caller.say("send command", "hang")

    fill(stage.server, 600 << 20)
    stage.wait(59)
    before = stage.server.state
    stage.wait(2)

    assert (before, stage.server.state) == ("stopping", "offline")
