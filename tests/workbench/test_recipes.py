"""`automaton recipes`: what ships is told with what it needs, and added without overwriting anything."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from automaton.core.calls import Signal
from automaton.errors import AutomatonError, Unreachable
from automaton.web.action_result import ActionResult
from automaton.web.routes.console import ConsoleRecord
from automaton.web.routes.servers import ServerRow
from automaton.workbench.recipes import add, listed, show
from tests.workbench.desk import desk_at

SETTINGS = """\
panels: {sim: {url: "https://panel.test", keys: [{file: key}]}}
channels: {ops: {urls: [{file: url}]}, oncall: {urls: [{file: url}]}}
limits: {arm: shadow, allow: {power: [start, stop, restart, kill], send: [say, save-all, list]}}
state: state
"""


class Direct:
    """Lists one server, or says why it cannot."""

    def __init__(self, pack: str, trouble: AutomatonError | None = None) -> None:
        self.pack, self.trouble = pack, trouble

    def servers(self) -> list[ServerRow]:
        return [] if self.trouble else [ServerRow(uuid="u", id="1", name="lobby", pack=self.pack)]

    def unheard(self) -> list[AutomatonError]:
        return [self.trouble] if self.trouble else []

    def command(self, server: ServerRow, text: str) -> ActionResult:
        raise NotImplementedError

    def power(self, server: ServerRow, signal: Signal) -> ActionResult:
        raise NotImplementedError

    def console(self, server: ServerRow, *, follow: bool, take: Callable[[ConsoleRecord], None]) -> None:
        raise NotImplementedError


def site(folder: Path, settings: str = SETTINGS) -> Path:
    for name, text in (("automaton.yml", settings), ("key", "ptlc_1"), ("url", "json://here.test")):
        (folder / name).write_text(text)
        (folder / name).chmod(0o600)
    (folder / "rules.d").mkdir()
    return folder / "automaton.yml"


def test_each_recipe_is_listed_with_its_purpose_its_needs_and_whether_it_fits_the_servers_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert listed(site(tmp_path), lambda _: Direct("rust"), as_json=True) == 0

    told = {one["name"]: one for one in json.loads(capsys.readouterr().out)["recipes"]}
    assert told["minecraft-silent"]["fits"] is False
    assert told["rust"] == {
        "name": "rust", "fits": True, "games": "rust",
        "for": "Rust: the monthly update, a world that is not saved, a server that hangs.",
        "tags": [], "facts": ["state", "console_age"],
        "allow": "power [restart, kill], the game's probe, save and say",
    }  # fmt: skip


def test_of_a_running_daemon_the_servers_that_it_watches_count(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with desk_at(tmp_path) as (config, _):
        assert listed(config, lambda _: Direct("rust"), as_json=False) == 0

    fits = {line.split()[0]: line.split()[1] for line in capsys.readouterr().out.splitlines()[1:]}
    assert (fits["rust"], fits["crash-alert"]) == ("no", "yes")


def test_where_no_server_can_be_seen_all_are_listed_and_why_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    silent = Direct("", Unreachable("nobody answers"))

    assert listed(site(tmp_path), lambda _: silent, as_json=False) == 0
    told = capsys.readouterr()
    assert told.err == "note: which of them fit your servers is not known: nobody answers\n"
    assert {line.split()[1] for line in told.out.splitlines()[1:]} == {"-"}


def test_one_is_shown_as_it_ships_and_one_that_is_not_there_is_told_with_the_nearest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert (show("disk", as_json=False), show("disc.yml", as_json=False)) == (0, 1)

    told = capsys.readouterr()
    assert told.out == (Path(__file__).parents[2] / "rules" / "disk.yml").read_text()
    assert told.err == "no recipe is called `disc.yml`, did you mean `disk`?\n"


def test_what_is_added_is_a_rule_of_yours_and_says_what_it_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = site(tmp_path)

    assert add(config, "stuck-stopping") == 0
    path = tmp_path / "rules.d" / "stuck-stopping.yml"
    assert path.read_text() == (Path(__file__).parents[2] / "rules" / "stuck-stopping.yml").read_text()
    assert capsys.readouterr().out == (
        f"written: {path}\n"
        "it acts only where `limits.allow` of automaton.yml has: power [kill]\n"
        f"next: change it as you like, `automaton test {path}`, then `automaton reload`\n"
    )


def test_a_recipe_that_wants_a_tag_says_where_it_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(site(tmp_path), "nightly-restart") == 0
    assert "`tags` of automaton.yml gives the tag `nightly`" in capsys.readouterr().out


def test_nothing_of_yours_is_overwritten_and_what_to_do_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = site(tmp_path)
    path = tmp_path / "rules.d" / "disk.yml"
    path.write_text("rules: []\n")
    (tmp_path / "rules.d" / "mine.yml").write_text(
        "rules: [{id: crash-alert, when: {event: crash}, do: [{notify: ops, text: x}]}]\n"
    )

    assert [add(config, "disk"), add(config, "crash-alert")] == [1, 1]
    told = capsys.readouterr().err.splitlines()
    assert told[0] == (
        f"there is {path} already, and it stays as it is: compare it by"
        f" `automaton recipes show disk | diff {path} -`"
    )
    assert "is called `crash-alert` already" in told[1]
    assert sorted(one.name for one in path.parent.iterdir()) == ["disk.yml", "mine.yml"]
    assert path.read_text() == "rules: []\n"


def test_a_recipe_that_the_configuration_cannot_take_is_not_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = site(tmp_path, SETTINGS.replace(", oncall: {urls: [{file: url}]}", "").replace(", kill", ""))

    assert [add(config, "crash-recover"), add(config, "stuck-stopping")] == [78, 78]
    told = capsys.readouterr().err
    assert "oncall" in told
    assert "kill" in told
    assert told.count("nothing was written: add to automaton.yml what is missing, or change a copy") == 2
    assert list((tmp_path / "rules.d").iterdir()) == []


def test_rules_in_one_file_are_not_turned_into_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = site(tmp_path, f"{SETTINGS}rules: mine.yml\n")
    (tmp_path / "mine.yml").write_text("rules: []\n")

    assert add(config, "disk") == 1
    assert "is one file" in capsys.readouterr().err


def test_with_a_wrong_configuration_nothing_is_added(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(site(tmp_path, "panles: {}\n"), "disk") == 78
    assert "nothing was written: mend these first" in capsys.readouterr().err
