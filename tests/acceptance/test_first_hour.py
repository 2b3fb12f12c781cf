"""What somebody meets who never ran it: `init` with every answer wrong once, and `check --online` then."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

from tests.acceptance.processes import COMMAND
from tests.acceptance.simulation import simulated
from tests.workbench.typist import typing_into

ADDRESS, KEY, CHAT = "(empty: no Panel)", "or its file; not shown", "not shown (empty: later)"
DISCORD = "https://discord.com/api/webhooks/123456789012345678/"
WEBHOOK, OTHER_WEBHOOK = DISCORD + "w" * 68, DISCORD + "v" * 68
WRONG_KEY, APPLICATION_KEY = "ptlc_" + "x" * 43, "ptla_" + "y" * 43


def test_every_answer_that_is_wrong_is_told_at_once_and_asked_again(tmp_path: Path) -> None:
    with simulated(tmp_path, servers=2) as simulation, typing_into("init", "etc", cwd=tmp_path) as person:
        host = simulation.panel.removeprefix("http://")
        person.is_asked(ADDRESS)
        person.types(host)
        person.is_asked(f"an address begins with https:// or http://, as http://{host}\n", ADDRESS)
        person.types("http://127.0.0.1:9")
        person.is_asked("the Panel does not answer", "Panel's address, as https://panel.example.org")
        person.types(simulation.panel.replace("http://", "https://"))
        person.is_asked(f"it speaks plain http: try {simulation.panel}\n", "https://panel.example.org")
        person.types(simulation.panel)
        person.is_asked(KEY)
        person.types(APPLICATION_KEY)
        person.is_asked("this is an application key: make a client key as the subuser", KEY)
        person.types("../nowhere")
        person.is_asked("nowhere cannot be read: No such file or directory", KEY)
        person.types(WRONG_KEY)
        person.is_asked("etc/secrets/panel_key\n", "alone to read (mode 0600)? [Y/n]")
        person.types(WRONG_KEY)
        person.is_asked("say y or n", "[Y/n]")
        person.types("y")
        person.is_asked("the Panel does not accept this key: is it mistyped", KEY)
        person.types(simulation.key)
        person.is_asked("[Y/n]")
        person.types("")
        person.is_asked(CHAT)
        person.types("ops")
        person.is_asked(
            "this is neither a URL, as `discord://…` or the address of a webhook, nor a file", CHAT
        )
        person.types("discrod://" + "w" * 68)
        person.is_asked("`discrod://` is no service that Apprise knows", CHAT)
        person.types(OTHER_WEBHOOK)
        person.is_asked("[Y/n]")
        person.types("n")
        person.is_asked("then write it into a file, and name that file", CHAT)
        person.types(WEBHOOK)
        person.is_asked("etc/secrets/ops_chat\n", "alone to read (mode 0600)? [Y/n]")
        person.types("y")
        code = person.reads_to_the_end()
        files = {path.name: path for path in (tmp_path / "etc" / "secrets").iterdir()}
        online = check_online(tmp_path / "etc")

    assert code == 0, person.seen
    secrets = (simulation.key, WRONG_KEY, APPLICATION_KEY, WEBHOOK, OTHER_WEBHOOK, "w" * 10, "v" * 10)
    assert [secret for secret in secrets if secret in person.seen] == []
    assert {name: path.read_text() for name, path in files.items()} == {
        "panel_key": f"{simulation.key}\n",
        "ops_chat": f"{WEBHOOK}\n",
    }
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.values()} == {0o600}
    assert stat.S_IMODE((tmp_path / "etc" / "secrets").stat().st_mode) == 0o700
    assert not any(secret in online.stderr for secret in secrets)
    assert online.returncode == 0, online.stderr


def test_a_node_and_a_file_that_is_named_from_elsewhere_become_paths_that_systemd_takes(
    tmp_path: Path,
) -> None:
    below = tmp_path / "below"
    below.mkdir()
    with simulated(tmp_path) as simulation, typing_into("init", "etc", cwd=below) as person:
        (config,) = simulation.configs
        (tmp_path / "wings.yml").write_text(Path(config).read_text())
        person.is_asked(ADDRESS)
        person.types("")
        person.is_asked("Wings' own config.yml of this node [/etc/pterodactyl/config.yml]")
        person.types("")
        person.is_asked(
            "/etc/pterodactyl/config.yml cannot be read: No such file or directory", "config.yml]"
        )
        person.types("../wings.yml")
        person.is_asked(CHAT)
        person.types("")
        code = person.reads_to_the_end()
    drop_in = (below / "etc" / "automaton.service.d" / "credentials.conf").read_text()

    assert code == 0, person.seen
    assert f"LoadCredential=wings_config:{tmp_path}/wings.yml\n" in drop_in
    assert "the service does not start without it" in person.seen


def test_who_goes_away_in_the_middle_leaves_nothing_behind(tmp_path: Path) -> None:
    with typing_into("init", "etc", cwd=tmp_path) as person:
        person.is_asked(ADDRESS)
        person.types("\x04")
        code = person.reads_to_the_end()

    assert (code, "ended before all was answered; nothing was written" in person.seen) == (1, True)
    assert not (tmp_path / "etc").exists()


def check_online(folder: Path) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name != "CREDENTIALS_DIRECTORY"}
    command = [str(COMMAND), "check", "--online", "-c", str(folder / "automaton.yml")]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)
