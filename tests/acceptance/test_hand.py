"""The operator's hand: the installed command against a running daemon, and without one."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from tests.acceptance.processes import finished, started
from tests.acceptance.simulation import simulated
from tests.acceptance.site import Site, watched

NOT_RUNNING, DEGRADED, CONFIGURATION_ERROR = 3, 4, 78


def test_status_and_servers_of_a_daemon_that_is_well(tmp_path: Path) -> None:
    with simulated(tmp_path, servers=2) as simulation, watched(tmp_path, simulation):
        config = str(tmp_path / "automaton.yml")
        socket = tmp_path / "state" / "control.sock"
        mode = stat.S_IMODE(socket.stat().st_mode)
        status = finished("status", "-c", config)
        report = json.loads(finished("status", "-c", config, "--json").stdout)
        name = simulation.servers[0]
        servers = finished("servers", "-c", config, f"{name}*")
        of_one = finished("servers", "-c", config, name)
        rows = json.loads(finished("servers", "-c", config, "--json").stdout)

    assert mode == 0o600
    assert (status.returncode, status.stdout.splitlines()[0]) == (0, "ok: 2/2 servers, 1 rule, 0 incidents")
    assert (report["running"], report["state"], report["servers"]) == (True, "ok", None)
    assert report["status"]["links"]["live"] == 2
    assert [line.split()[1] for line in servers.stdout.splitlines()] == ["NAME", name]
    assert of_one.stdout.startswith(f"{name} (")
    assert {row["name"] for row in rows["servers"]} == set(simulation.servers)
    assert {row["link"]["state"] for row in rows["servers"]} == {"live"}
    assert report.keys() == rows.keys()
    assert not socket.exists()


def test_status_without_a_daemon_is_not_running(tmp_path: Path) -> None:
    site = Site(tmp_path, "http://127.0.0.1:9", "ptlc_key")
    status = finished("status", "-c", str(site.file), "--json")
    servers = finished("servers", "-c", str(site.file))

    assert (status.returncode, json.loads(status.stdout)["state"]) == (NOT_RUNNING, "not running")
    assert (servers.returncode, servers.stdout) == (NOT_RUNNING, "")
    assert f"`automaton run -c {site.file}`" in servers.stderr


def test_a_reload_says_whether_it_was_taken(tmp_path: Path) -> None:
    with simulated(tmp_path) as simulation, watched(tmp_path, simulation) as daemon:
        config = str(tmp_path / "automaton.yml")
        rules = tmp_path / "rules.d" / "rules.yml"
        good = rules.read_text()
        taken = finished("reload", "-c", config)
        rules.write_text("rules: [{id: a, wen: {event: crash}}]")
        refused = finished("reload", "-c", config)
        degraded = finished("status", "-c", config)
        rules.write_text(good)
        again = finished("reload", "-c", config)
        (tmp_path / "automaton.yml").write_text("state: state\nchanels: {}\n")
        in_settings = finished("reload", "-c", config)
        daemon.tells("reload.done", times=2)

    assert (taken.returncode, taken.stdout) == (0, "the new configuration is taken\n")
    assert (refused.returncode, refused.stdout) == (CONFIGURATION_ERROR, "")
    assert "unknown key `wen`, did you mean `when`?" in refused.stderr
    assert "the old configuration stays" in refused.stderr
    assert degraded.returncode == DEGRADED
    assert "trouble: the last reload was refused" in degraded.stdout
    assert again.returncode == 0
    assert in_settings.returncode == CONFIGURATION_ERROR
    assert "unknown key `chanels`, did you mean `channels`?" in in_settings.stderr


def test_through_the_daemon_a_console_is_shown_a_command_typed_a_server_stopped(tmp_path: Path) -> None:
    """What is shown was printed long ago: no rule hears it again."""
    with simulated(tmp_path) as simulation, watched(tmp_path, simulation) as daemon:
        (server,) = simulation.servers
        config = str(tmp_path / "automaton.yml")
        simulation.runs(server)
        simulation.fault("print", lines=["hello automaton", "\x1b[2J\x1b[31mred"])
        simulation.until("command", server, "list")
        logs = finished("logs", "-c", config, server)
        typed = finished("send", "-c", config, server, "op", "Alice")
        stopped = finished("power", "-c", config, server, "stop", "--json")
        simulation.until("power", server, "stop")
        daemon.tells("operator.power", "signal=stop", "result=done")

        assert simulation.seen("command", server, "list") == ["list"]
        assert simulation.seen("command", server, "op Alice") == ["op Alice"]
    lines = logs.stdout.splitlines()
    assert (logs.returncode, "hello automaton" in lines, "red" in lines) == (0, True, True)
    assert "\x1b" not in logs.stdout
    assert (typed.returncode, typed.stdout) == (0, f"{server}: `op Alice` was taken (panel)\n")
    assert (stopped.returncode, json.loads(stopped.stdout)["result"]) == (0, "done")


def test_a_console_is_followed(tmp_path: Path) -> None:
    with simulated(tmp_path) as simulation, watched(tmp_path, simulation):
        (server,) = simulation.servers
        simulation.runs(server)
        arguments = ["logs", "-c", str(tmp_path / "automaton.yml"), server, "--follow"]
        with started(tmp_path / "logs.out", arguments) as logs:
            logs.tells("Done (")
            simulation.fault("print", lines=["here and now"])
            logs.tells("here and now")


def test_without_a_daemon_the_configuration_is_enough(tmp_path: Path) -> None:
    with simulated(tmp_path, servers=2) as simulation:
        site = Site(tmp_path, simulation.panel, simulation.key)
        server = simulation.servers[0]
        simulation.runs(server)
        logs = finished("logs", "-c", str(site.file), server)
        typed = finished("send", "-c", str(site.file), server, "list")
        restarted = finished("power", "-c", str(site.file), server, "restart")
        unknown = finished("power", "-c", str(site.file), "nobody", "kill")
        simulation.until("command", server, "list")
        simulation.until("power", server, "restart")

        assert simulation.seen("power", server, "kill") == []
    assert "Done (" in logs.stdout
    assert (typed.returncode, restarted.returncode) == (0, 0)
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "no server is called `nobody`" in unknown.stderr


def test_a_link_that_waits_for_a_person_degrades_and_says_what_to_do(tmp_path: Path) -> None:
    with simulated(tmp_path) as simulation, watched(tmp_path, simulation) as daemon:
        config = str(tmp_path / "automaton.yml")
        simulation.fault("origin", remote="https://elsewhere.example.org")
        simulation.fault("drop")
        daemon.tells("link.parked")
        status = finished("status", "-c", config)
        servers = finished("servers", "-c", config)

    assert status.returncode == DEGRADED
    assert status.stdout.startswith("degraded: 0/1 servers")
    assert "(origin_refused): Wings refused our Origin" in status.stdout
    assert "parked" in servers.stdout


def test_init_writes_what_check_takes_and_overwrites_nothing(tmp_path: Path) -> None:
    etc = tmp_path / "etc"
    with simulated(tmp_path) as simulation:
        key = tmp_path / "key"
        key.touch(mode=0o600)
        key.write_text(simulation.key)
        arguments = ["init", str(etc), "--panel", simulation.panel, "--key-file", str(key)]
        written = finished(*arguments)
        checked = finished("check", "-c", str(etc / "automaton.yml"))
        (etc / "automaton.yml").write_text("# mine\n")
        again = finished(*arguments)
        kept = (etc / "automaton.yml").read_text()
        forced = finished(*arguments, "--force")
    nobody_asked = finished("init", str(tmp_path / "other"))

    assert (written.returncode, written.stderr) == (0, "")
    assert "automaton check" in written.stdout
    assert simulation.key not in written.stdout
    assert f"to {etc}/secrets/ops_chat (chmod 600); the service does not start without it" in written.stdout
    assert stat.S_IMODE((etc / "secrets").stat().st_mode) == 0o700
    assert checked.returncode == 0, checked.stderr
    assert (etc / "rules.d" / "minecraft-lag.yml").exists()
    drop_in = (etc / "automaton.service.d" / "credentials.conf").read_text()
    assert f"LoadCredential=panel_key:{key}" in drop_in
    assert (again.returncode, kept) == (1, "# mine\n")
    assert "`--force` overwrites" in again.stderr
    assert forced.returncode == 0
    assert nobody_asked.returncode == 2
