"""One word stops all actions, and holds through a kill; what happened is looked up and copied by hand."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

from tests.acceptance.processes import eventually, finished
from tests.acceptance.receiver import receiving
from tests.acceptance.simulation import simulated
from tests.acceptance.site import ANSWERS, Site, watching

Ask = Callable[..., "CompletedProcess[str]"]


def asking(folder: Path) -> Ask:
    config = str(folder / "automaton.yml")
    return lambda *words: finished(*words, "-c", config)


def test_a_hold_stops_every_action_through_a_kill_until_it_is_released(tmp_path: Path) -> None:
    with simulated(tmp_path) as simulation:
        (server,) = simulation.servers
        simulation.runs(server)
        site, ask = Site(tmp_path, simulation.panel, simulation.key), asking(tmp_path)
        with watching(site) as first:
            first.tells("link.up", server)
            held = ask("hold", "--reason", "a new world")
            first.signal(signal.SIGKILL)
            first.ended()
        with watching(site) as second:
            second.tells("link.up", server)
            simulation.fault("print", lines=["hello automaton"])
            second.tells("rule.on_hold", "rule=answers")
            status = ask("status")
            before = simulation.seen("command", server)
            released = ask("release")
            simulation.until("command", server, "list")
        history = ask("history", "--json")

    assert (held.returncode, released.returncode, before) == (0, 0, [])
    assert status.returncode == 4
    assert "trouble: every action is on hold by uid " in status.stdout
    assert released.stdout.endswith("(a new world)\n")
    rows = json.loads(history.stdout)["rows"]
    assert [one["detail"] for one in rows if one["kind"] == "operator"] == [
        "every action was put on hold", "the hold was released",
    ]  # fmt: skip
    assert [one["verdict"] for one in rows if one["rule"] == "answers"][:2] == ["fired", "on_hold"]


def test_a_drill_is_heard_and_nothing_is_typed(tmp_path: Path) -> None:
    rule = ANSWERS.replace("do: [", 'do: [{notify: ops, text: "${name} said ${it.line}"}, ')
    with simulated(tmp_path) as simulation, receiving() as receiver:
        (server,) = simulation.servers
        simulation.runs(server)
        site, ask = Site(tmp_path, simulation.panel, simulation.key, receiver.url), asking(tmp_path)
        site.rules(rule)
        with watching(site) as daemon:
            daemon.tells("link.up", server)
            drilled = ask("drill", "answers", server)
            eventually(lambda: receiver.got("This is a drill", "unknown"), lambda: receiver.texts)
            typed = simulation.seen("command", server)

    assert drilled.returncode == 0
    assert "  send list: this would be done" in drilled.stdout.splitlines()
    assert typed == []


def test_what_is_remembered_is_copied_and_taken_back(tmp_path: Path) -> None:
    copy = str(tmp_path / "copy.db")
    with simulated(tmp_path) as simulation:
        (server,) = simulation.servers
        site, ask = Site(tmp_path, simulation.panel, simulation.key), asking(tmp_path)
        with watching(site) as daemon:
            daemon.tells("link.up", server)
            ask("hold")
            copied, refused = ask("backup", copy), ask("restore", copy)
            ask("release")
            daemon.signal(signal.SIGTERM)
            daemon.ended()
        restored = ask("restore", copy)
        with watching(site) as again:
            again.tells("link.up", server)
            status = ask("status")

    assert [one.returncode for one in (copied, refused, restored)] == [0, 75, 0]
    assert "every action is on hold" in status.stdout
