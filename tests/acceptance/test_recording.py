"""`automaton record`, `run --record` and `replay`, as they are installed."""

from __future__ import annotations

import json
import signal
from pathlib import Path

from tests.acceptance.processes import eventually, finished, started
from tests.acceptance.simulation import simulated
from tests.acceptance.site import Site


def test_a_raw_recording_holds_every_frame_and_no_usable_token(tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"
    with simulated(tmp_path, servers=1) as simulation:
        site = Site(tmp_path, simulation.panel, simulation.key)
        done = finished(
            "record", simulation.servers[0], "--raw", "-c", str(site.file), "-o", str(path), "--for", "3s"
        )

    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert done.returncode == 0, done.stderr
    assert [row["dir"] for row in rows[:5]] == ["note", "note", "open", "opened", "out"]
    assert rows[4]["resign"] is True
    assert json.loads(rows[4]["raw"])["args"][0].endswith(".removed")
    assert json.loads(rows[5]["raw"]) == {"event": "auth success"}
    assert (rows[-1]["code"], rows[-1]["by"]) == (1000, "client")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_recording_is_not_emptied_for_a_server_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"
    path.write_text("an older one")
    with simulated(tmp_path, servers=1) as simulation:
        site = Site(tmp_path, simulation.panel, simulation.key)
        asked = ("record", "nope", "--raw", "-c", str(site.file), "-o", str(path))
        unknown = finished(*asked)
    down = finished(*asked)

    assert (unknown.returncode, down.returncode) == (1, 75)
    assert "no server is called `nope`" in unknown.stderr
    assert path.read_text() == "an older one"


def test_what_a_daemon_decided_from_its_start_is_decided_again(tmp_path: Path) -> None:
    path = tmp_path / "recording"
    with simulated(tmp_path) as simulation:
        (server,) = simulation.servers
        site = Site(tmp_path, simulation.panel, simulation.key)
        with started(tmp_path / "run.out", ["run", "-c", str(site.file), "--record", str(path)]) as daemon:
            daemon.tells("link.up", server)
            simulation.runs(server)
            simulation.fault("print", lines=["hello automaton"])
            daemon.tells("call.ended", "rule=answers")
            daemon.signal(signal.SIGTERM)
            assert daemon.ended() == 0
    done = finished("replay", str(path), "-c", str(site.file), "--json")
    whole = json.loads(done.stdout)

    assert done.returncode == 0, done.stderr
    assert whole["exact"] is True
    assert [(row["rule"], row["name"], row["calls"]) for row in whole["rules"]] == [
        ("answers", server, {"send list": 1})
    ]
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text().splitlines()[-1])["is"] == "end"


def test_a_running_daemon_is_recorded_until_ctrl_c(tmp_path: Path) -> None:
    path = tmp_path / "recording"
    with simulated(tmp_path) as simulation:
        (server,) = simulation.servers
        site = Site(tmp_path, simulation.panel, simulation.key)
        with started(tmp_path / "run.out", ["run", "-c", str(site.file)]) as daemon:
            daemon.tells("link.up", server)
            simulation.runs(server)
            with started(tmp_path / "record.out", ["record", str(path), "-c", str(site.file)]) as recorder:
                eventually(path.exists, recorder.output)
                simulation.fault("print", lines=["hello automaton"])
                eventually(lambda: "hello automaton" in path.read_text(), path.read_text)
                recorder.signal(signal.SIGINT)
                assert recorder.ended() == 0
    done = finished("replay", str(path), str(site.folder / "rules.d"))

    assert done.returncode == 0, done.stderr
    assert "rows were recorded" in recorder.output()
    assert done.stdout.splitlines()[-1].split() == ["answers", server, "1", "1", "0"]
