"""`automaton simulate`, as a process."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys

import httpx
import pytest

COMMAND = (
    sys.executable,
    "-W",
    "error",
    "-c",
    "import typer; from automaton.cli.simulate import run; typer.run(run)",
)


def started(*options: str) -> subprocess.Popen[str]:
    return subprocess.Popen([*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("option", ["--panel-port", "--node-port", "--control-port"])
def test_a_named_port_that_is_busy_ends_it_in_one_sentence(option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with started(option, str(port)) as process:
            said = process.communicate(timeout=60)

    sentence = (
        f"port {port} of 127.0.0.1 is in use already: name another by `{option}`, or leave the option out:"
        " the first free one is taken then\n"
    )
    assert (process.returncode, *said) == (75, "", sentence)


def test_without_a_named_port_two_run_side_by_side_and_none_takes_the_port_of_wings() -> None:
    with started("--json") as one, started("--json") as other:
        assert one.stdout is not None
        assert other.stdout is not None
        ready = [json.loads(process.stdout.readline()) for process in (one, other) if process.stdout]
        for process in (one, other):
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=10)

    ports = [
        int(url.rpartition(":")[2])
        for told in ready
        for url in (told["panel"], told["control"], told["nodes"][0]["url"])
    ]
    assert len(set(ports)) == 6
    assert 8080 not in ports
    assert all(18080 <= port < 18380 for port in ports)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_says_in_one_line_of_json_where_it_is_and_ends_cleanly_when_told(end: signal.Signals) -> None:
    with started("--json", "--servers", "2", "--seed", "4") as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        listed = httpx.get(
            f"{ready['panel']}/api/client", headers={"Authorization": f"Bearer {ready['key']}"}
        ).json()
        process.send_signal(end)
        rest, errors = process.communicate(timeout=10)

    assert {server["attributes"]["uuid"] for server in listed["data"]} == {
        s["uuid"] for s in ready["servers"]
    }
    assert (process.returncode, rest, errors) == (0, "", "")


def test_for_people_it_says_how_to_make_something_go_wrong() -> None:
    with started("--servers", "1", "--stopped") as process:
        assert process.stdout is not None
        lines = list(iter(process.stdout.readline, "Press Ctrl-C to end.\n"))
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)

    assert any("lobby  (Paper)" in line for line in lines)
    assert any("/faults/crash" in line for line in lines)


def test_for_people_each_panel_stands_with_its_key_and_its_nodes() -> None:
    with started("--node", "g11@pterodactyl-1.11", "--node", "pelican@pelican", "--game", "rust") as process:
        assert process.stdout is not None
        lines = list(iter(process.stdout.readline, "Press Ctrl-C to end.\n"))
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)

    assert [line.split()[0] for line in lines[:7]] == [
        "Panel",
        "Key",
        "Node",
        "Panel",
        "Key",
        "Node",
        "Control",
    ]
    assert lines[0].endswith("  pterodactyl-1.11\n")
    assert "  g11  " in lines[2]
    assert '"server": "rust-1"' in lines[-1]
