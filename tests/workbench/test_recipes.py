"""`automaton recipes`: what ships is told with what it needs, and those that fit are marked."""

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
from automaton.workbench.recipes import listed, show
from tests.workbench.configured import site
from tests.workbench.desk import desk_at


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


def test_each_recipe_is_listed_with_its_purpose_its_needs_and_whether_it_fits_the_servers_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert listed(site(tmp_path), lambda _: Direct("rust"), as_json=True) == 0

    told = {one["name"]: one for one in json.loads(capsys.readouterr().out)["recipes"]}
    assert told["minecraft-silent"]["fits"] is False
    assert told["rust"] == {
        "name": "rust", "fits": True, "games": "rust",
        "for": "Rust: the monthly update, a world that is not saved, a server that hangs.",
        "tags": [], "facts": ["state", "console_age"], "needs": [],
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


def test_a_long_purpose_widens_no_column(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert listed(site(tmp_path), lambda _: Direct("rust"), as_json=False) == 0

    head, *_ = capsys.readouterr().out.splitlines()
    assert head.index("TAGS") - head.index("FOR") <= 82
