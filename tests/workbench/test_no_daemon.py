"""Where no daemon runs, the way to start the one that was meant is named, and none that starts another."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.workbench.no_daemon import no_daemon, start_of


def test_a_file_that_is_not_there_is_asked_for(tmp_path: Path) -> None:
    config = tmp_path / "automaton.yml"

    assert no_daemon(config) == f"there is no {config}: name yours by `-c` or AUTOMATON_CONFIG"


@pytest.mark.parametrize("text", ["state: state\n", "state: /var/lib/automaton\n", "", "panels: [\n"])
def test_a_daemon_of_a_private_folder_is_started_by_hand(tmp_path: Path, text: str) -> None:
    config = tmp_path / "automaton.yml"
    config.write_text(text)

    assert no_daemon(config) == f"no daemon runs by {config}: start it with `automaton run -c {config}`"


@pytest.mark.parametrize(
    ("config", "state", "start"),
    [
        ("/etc/automaton/automaton.yml", "/var/lib/automaton", "systemctl start automaton"),
        ("/etc/automaton/eu.yml", "/var/lib/automaton-eu", "systemctl start automaton"),
        ("/etc/automaton/lab.yml", "/home/ada/state", "automaton run -c /etc/automaton/lab.yml"),
        ("/srv/my lab.yml", "/var/lib/automaton", "automaton run -c '/srv/my lab.yml'"),
    ],
)
def test_systemd_starts_what_lies_where_services_have_their_files(
    config: str, state: str, start: str
) -> None:
    assert start_of(Path(config), Path(state)) == start
