"""What `automaton init` writes passes `check`, and nothing of the operator's is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from automaton.configuration.load import load_configuration
from automaton.core.arm import Arm
from automaton.core.events import Profile
from automaton.secret import Secret
from automaton.workbench.init import init, next_steps
from automaton.workbench.init_choices import InitChoices, InitOptions
from automaton.workbench.init_files import (
    chosen_recipes,
)
from automaton.workbench.init_texts import settings_text

LOBBY = Profile(uuid="aaaaaaaa-0000-4000-8000-000000000001", id="aaaaaaaa", name="lobby", egg="Paper")
KEY, WINGS, CHAT = Path("/k/key"), Path("/etc/pterodactyl/config.yml"), Path("/k/100%.url")
OF_A_PANEL = InitChoices(Path("/etc/automaton"), panel="https://panel.example.org", key=KEY)
OF_A_NODE = InitChoices(Path("/etc/automaton"), node=WINGS, chat=CHAT)


@pytest.mark.parametrize("chosen", [OF_A_PANEL, OF_A_NODE])
@pytest.mark.parametrize("packs", [["minecraft"], ["wings"], []])
def test_what_it_writes_passes_check_in_shadow(tmp_path: Path, chosen: InitChoices, packs: list[str]) -> None:
    (tmp_path / "rules.d").mkdir()
    (tmp_path / "automaton.yml").write_text(settings_text(chosen, [(LOBBY, pack) for pack in packs]))
    for name, text in chosen_recipes(packs):
        (tmp_path / "rules.d" / name).write_text(text)

    found = load_configuration(tmp_path / "automaton.yml", {}, in_service=False)

    assert {problem.severity for problem in found.problems} == {"note"}, found.problems
    assert found.or_raise().limits.arm is Arm.SHADOW


def test_a_long_name_wraps_no_comment_into_a_line_of_settings() -> None:
    forged = Profile(uuid=LOBBY.uuid, id="aaaaaaaa", name="lobby" + " " * 200 + "limits: {arm: live}")

    assert "#   aaaaaaaa  lobby limits: {arm: live}, pack wings\n" in settings_text(
        OF_A_PANEL, [(forged, "wings")]
    )


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
    code = init(InitOptions(tmp_path / "etc", panel=panel, key_file=file))

    err = capsys.readouterr().err
    assert code == 1
    assert said in err
    assert "1234567890" not in err
    assert not (tmp_path / "etc").exists()


def test_a_file_in_the_place_of_the_folder_is_told_as_that(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")

    assert init(InitOptions(tmp_path / "file" / "here", panel="https://panel.test", key_file=tmp_path)) == 78
    assert capsys.readouterr().err == (
        f"cannot write {tmp_path}/file: it is no folder: name another; nothing was written\n"
    )


def test_a_chat_that_is_no_apprise_url_is_refused_before_a_file_names_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "chat").write_text("not-to-be-repeated\n")
    options = InitOptions(
        tmp_path / "etc", panel="https://panel.test", key_file=tmp_path / "key", chat=tmp_path / "chat"
    )

    assert init(options) == 1
    assert capsys.readouterr().err == (
        f"{tmp_path}/chat cannot be used: this is no Apprise URL: one begins with a service's name, as in"
        " `discord://…`; nothing was written\n"
    )


def test_a_panel_and_a_node_at_once_are_refused(tmp_path: Path) -> None:
    assert init(InitOptions(tmp_path, panel="https://panel.test", node_config=WINGS)) == 1


def test_what_is_there_already_is_said_before_anything_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "automaton.yml").write_text("")

    assert init(InitOptions(tmp_path)) == 1
    assert capsys.readouterr().err == (
        f"there is {tmp_path}/automaton.yml already; `--force` overwrites; nothing was written\n"
    )


def test_without_a_terminal_what_is_missing_is_said_and_nothing_asked(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).parent / "automaton"), "init", str(tmp_path / "etc")]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "name a Panel by `--panel` and `--key-file`, or a node by `--node-config`\n"


def test_where_files_lie_that_the_service_goes_on_reading_is_told(tmp_path: Path) -> None:
    """In a folder that is copied the drop-in names its secrets; a key elsewhere stays where it is."""
    key, chat = tmp_path / "key", tmp_path / "chat"
    for file in (key, chat):
        file.write_text("x")
        file.chmod(0o600)
    hashed = {tmp_path / "etc" / "secrets" / "web_anna": Secret("x")}
    chosen = InitChoices(tmp_path / "etc", "https://panel.test", key, chat=chat, page="anna", pasted=hashed)
    steps = list(next_steps(chosen))

    copied = "/etc/systemd/system/automaton.service.d/credentials.conf"
    assert (
        f"sed -i 's#:{tmp_path}/etc/#:/etc/automaton/#' {copied}   # where the secrets are by then" in steps
    )
    assert f"leave {key} and {chat} where they are: systemd reads them at each start" in steps
