"""What is written fits the games that were seen, and stands where systemd and editors look for it."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from automaton.core.events import Profile
from automaton.secret import Secret
from automaton.workbench.init_choices import InitChoices
from automaton.workbench.init_files import (
    all_files,
    chosen_recipes,
    drop_in_path,
    unit_path,
    unit_text,
    write_all,
)

LOBBY = Profile(uuid="aaaaaaaa-0000-4000-8000-000000000001", id="aaaaaaaa", name="lobby", egg="Paper")
OF_A_PANEL = InitChoices(Path("/etc/automaton"), panel="https://panel.example.org", key=Path("/k/key"))


def test_recipes_of_a_game_are_taken_only_where_it_was_seen() -> None:
    with_minecraft = {name for name, _ in chosen_recipes(["minecraft"])}
    without = {name for name, _ in chosen_recipes(["wings"])}

    assert with_minecraft - without == {
        "map-and-mods.yml",
        "minecraft-crash-report.yml",
        "minecraft-hang.yml",
        "minecraft-lag.yml",
        "minecraft-out-of-heap.yml",
        "minecraft-silent.yml",
    }
    assert "crash-alert.yml" in without
    assert "nightly-restart.yml" not in without  # it wants a tag, and no server has one yet
    assert "new-build.yml" not in without  # and this one an address


def test_a_set_of_rules_for_one_game_is_taken_only_where_it_was_seen() -> None:
    with_rust = {name for name, _ in chosen_recipes(["rust"])}

    assert with_rust - {name for name, _ in chosen_recipes(["wings"])} == {"rust.yml"}


def test_an_editor_finds_the_schema_of_each_file_beside_it() -> None:
    written = dict(all_files(OF_A_PANEL, [LOBBY]))
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


def test_a_unit_that_a_package_brought_is_not_hidden_by_another_one(tmp_path: Path) -> None:
    packaged = tmp_path / "automaton.service"
    of_etc, of_a_folder = unit_path(Path("/etc/automaton")), unit_path(Path("/srv/a"))

    assert of_etc in dict(all_files(OF_A_PANEL, [LOBBY], packaged))
    packaged.touch()
    assert of_etc not in dict(all_files(OF_A_PANEL, [LOBBY], packaged))
    assert drop_in_path(Path("/etc/automaton")) in dict(all_files(OF_A_PANEL, [LOBBY], packaged))
    assert of_a_folder in dict(all_files(replace(OF_A_PANEL, folder=Path("/srv/a")), [LOBBY], packaged))


def test_the_drop_in_stands_where_systemd_looks_or_beside_the_rest() -> None:
    assert drop_in_path(Path("/etc/automaton")) == Path(
        "/etc/systemd/system/automaton.service.d/credentials.conf"
    )
    assert drop_in_path(Path("/srv/a")) == Path("/srv/a/automaton.service.d/credentials.conf")


def test_a_failure_midway_leaves_nothing_half_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError):  # noqa: PT011 - which one is the system's affair
        write_all({tmp_path / "automaton.yml": "new", tmp_path / "file" / "rules.yml": "new"})

    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_secrets_can_be_read_by_their_owner_alone_and_stand_in_a_folder_of_his(tmp_path: Path) -> None:
    secret = tmp_path / "etc" / "secrets" / "key"
    write_all({tmp_path / "etc" / "automaton.yml": "new"}, {secret: Secret("ptlc_1")})

    assert secret.read_text() == "ptlc_1\n"
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (secret, secret.parent)}
    assert modes == {"key": 0o600, "secrets": 0o700}
    assert stat.S_IMODE((tmp_path / "etc" / "automaton.yml").stat().st_mode) == 0o644
