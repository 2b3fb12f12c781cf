"""What `automaton init` writes passes `check`, and nothing of the operator's is lost."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from automaton.configuration.load import load_configuration
from automaton.core.events import Profile
from automaton.core.rules.rule import Arm
from automaton.workbench.init import (
    Wishes,
    all_files,
    chosen_recipes,
    drop_in_path,
    init,
    unit_path,
    unit_text,
    write_all,
)
from automaton.workbench.written import Chosen, settings_text

LOBBY = Profile(uuid="aaaaaaaa-0000-4000-8000-000000000001", id="aaaaaaaa", name="lobby", egg="Paper")
KEY, WINGS, CHAT = Path("/k/key"), Path("/etc/pterodactyl/config.yml"), Path("/k/100%.url")
OF_A_PANEL = Chosen(Path("/etc/automaton"), panel="https://panel.example.org", key=KEY)
OF_A_NODE = Chosen(Path("/etc/automaton"), node=WINGS, chat=CHAT)
KNOWN = ("minecraft", "wings")


@pytest.mark.parametrize("chosen", [OF_A_PANEL, OF_A_NODE])
@pytest.mark.parametrize("packs", [["minecraft"], ["wings"], []])
def test_what_it_writes_passes_check_in_shadow(tmp_path: Path, chosen: Chosen, packs: list[str]) -> None:
    (tmp_path / "rules.d").mkdir()
    (tmp_path / "automaton.yml").write_text(settings_text(chosen, [(LOBBY, pack) for pack in packs]))
    for name, text in chosen_recipes(packs, KNOWN):
        (tmp_path / "rules.d" / name).write_text(text)

    found = load_configuration(tmp_path / "automaton.yml", {}, in_service=False)

    assert {problem.severity for problem in found.problems} == {"note"}, found.problems
    assert found.or_raise().limits.arm is Arm.SHADOW


def test_a_long_name_wraps_no_comment_into_a_line_of_settings() -> None:
    forged = Profile(uuid=LOBBY.uuid, id="aaaaaaaa", name="lobby" + " " * 200 + "limits: {arm: live}")

    assert "#   aaaaaaaa  lobby limits: {arm: live}, pack wings\n" in settings_text(
        OF_A_PANEL, [(forged, "wings")]
    )


def test_recipes_of_a_game_are_taken_only_where_it_was_seen() -> None:
    with_minecraft = {name for name, _ in chosen_recipes(["minecraft"], KNOWN)}
    without = {name for name, _ in chosen_recipes(["wings"], KNOWN)}

    assert with_minecraft - without == {
        "minecraft-lag.yml",
        "minecraft-out-of-heap.yml",
        "minecraft-silent.yml",
    }
    assert "crash-alert.yml" in without


def test_a_set_of_rules_for_one_game_is_taken_only_where_it_was_seen() -> None:
    known = ("minecraft", "rust", "wings")
    with_rust = {name for name, _ in chosen_recipes(["rust"], known)}

    assert with_rust - {name for name, _ in chosen_recipes(["wings"], known)} == {"rust.yml"}


def test_an_editor_finds_the_schema_of_each_file_beside_it() -> None:
    written = dict(all_files(Wishes(Path("/etc/automaton")), OF_A_PANEL, [LOBBY]))
    files = {path: text for path, text in written.items() if path.suffix == ".yml"}

    assert len(files) > 5
    for path, text in files.items():
        first, _, rest = text.partition("\n")
        told, schema = first.split("=")
        assert told == "# yaml-language-server: $schema"
        assert json.loads(written[path.parent / schema])["$schema"].startswith("http://json-schema.org/")
        assert rest.startswith("# ")


def test_the_unit_is_the_one_that_ships() -> None:
    shipped = Path(__file__).parents[2] / "systemd" / "automaton.service"

    assert unit_text() == shipped.read_text()
    assert unit_path(Path("/etc/automaton")) == Path("/etc/systemd/system/automaton.service")


def test_the_drop_in_stands_where_systemd_looks_or_beside_the_rest() -> None:
    assert drop_in_path(Path("/etc/automaton")) == Path(
        "/etc/systemd/system/automaton.service.d/credentials.conf"
    )
    assert drop_in_path(Path("/srv/a")) == Path("/srv/a/automaton.service.d/credentials.conf")


@pytest.mark.parametrize(
    ("key", "panel", "said"),
    [
        ("", "https://panel.test", "holds no key"),
        ("ptla_1234567890", "https://panel.test", "application key"),
        ("ptlc_1234567890", "panel.test", "is no address"),
        (None, "https://panel.test", "cannot be read"),
    ],
)
def test_what_cannot_be_used_is_told_and_nothing_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], key: str | None, panel: str, said: str
) -> None:
    file = tmp_path / "key"
    if key is not None:
        file.write_text(key)
    code = init(Wishes(tmp_path / "etc", panel=panel, key_file=file))

    err = capsys.readouterr().err
    assert code == 1
    assert said in err
    assert "1234567890" not in err
    assert not (tmp_path / "etc").exists()


def test_a_panel_and_a_node_at_once_are_refused(tmp_path: Path) -> None:
    assert init(Wishes(tmp_path, panel="https://panel.test", node_config=WINGS)) == 1


def test_a_failure_midway_leaves_nothing_half_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError):  # noqa: PT011 - which one is the system's affair
        write_all({tmp_path / "automaton.yml": "new", tmp_path / "file" / "rules.yml": "new"})

    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_at_a_terminal_a_node_is_asked_for_where_there_is_no_panel(tmp_path: Path) -> None:
    said = at_a_terminal(["", str(tmp_path / "wings.yml"), ""], tmp_path / "etc")

    assert "Wings' own config.yml of this node [/etc/pterodactyl/config.yml]" in said
    assert f"{tmp_path}/wings.yml cannot be read: No such file or directory; nothing was written" in said


def at_a_terminal(answers: list[str], folder: Path) -> str:
    """What `automaton init` says to somebody who answers so."""
    person, terminal = pty.openpty()
    os.write(person, "".join(f"{answer}\n" for answer in answers).encode())
    command = [str(Path(sys.executable).parent / "automaton"), "init", str(folder)]
    done = subprocess.run(command, stdin=terminal, capture_output=True, text=True, timeout=60, check=False)
    for end in (person, terminal):
        os.close(end)
    assert done.returncode == 1, done.stderr
    return done.stdout + done.stderr
