"""A reinstallation stops what runs as a stop does, but without the lock, and waits for its end."""

from __future__ import annotations

from automaton.simulator.wings.installation import install
from tests.simulator.stage import Stage, console, statuses

SCRIPT = ((0.0, "step 1"),)


def test_what_runs_is_stopped_before_the_installation_begins() -> None:
    stage = Stage()
    stage.run()
    listener = stage.listener()
    assert install(stage.server, SCRIPT)
    listener.wait(5)

    heard = listener.heard()
    names = [event["event"] for event in heard]
    assert statuses(heard) == ["stopping", "offline"]
    assert console(heard) == ["stop", "Stopping the server", "bye"]
    assert names.index("install started") > names.index("status", names.index("status") + 1)
    assert names[-1] == "install completed"


def test_what_ignores_its_stop_is_killed_after_ten_seconds() -> None:
    stage = Stage()
    stage.run()
    stage.server.type("hang", "test")
    install(stage.server, SCRIPT)
    stage.wait(9.9)
    before = stage.server.state, stage.server.installing
    stage.wait(0.2)

    assert before == ("stopping", False)
    assert (stage.server.state, stage.server.installing) == ("offline", True)


def test_while_a_power_action_goes_on_nothing_is_installed() -> None:
    stage = Stage()
    stage.server.power.request("start", "test", lambda cause: None)

    assert not install(stage.server, SCRIPT)

    stage.wait(5)
    assert (stage.server.state, stage.server.installing) == ("running", False)
