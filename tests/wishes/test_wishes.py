"""Every wish: it is right as it stands, its own tests pass, and it needs no more than it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.configuration.online import WatchedServer, check_online
from automaton.core.events import Profile
from automaton.workbench.test import run_tests
from tests.rules.watch import configure, right
from tests.wishes.wish import FOLDER, SETTINGS, text_of, wishes

# What the key's user has to be given, beside `websocket.connect`.
pytestmark = pytest.mark.smoke  # reading them is quick, driving them is long

PERMISSIONS = {
    "backup-before-restart": "backup.create backup.delete backup.read control.console control.restart"
    " control.stop",
    "backup-failed-told": "backup.read",
    "backup-if-played": "backup.create backup.delete backup.read control.console",
    "backup-weekly-locked": "backup.create backup.delete backup.read",
    "backups-keep-seven": "backup.create backup.delete backup.read control.console",
    "bedrock-version": "backup.create backup.delete backup.read control.console control.start"
    " control.stop settings.reinstall startup.read startup.update",
    "call-the-moderators": "",
    "crash-loop": "control.stop",
    "crash-rollback": "control.start startup.read startup.update",
    "deploy-from-forge": "control.console control.restart control.stop",
    "disk-cleanup": "control.console control.start control.stop file.delete file.read",
    "first-join-kit": "control.console",
    "join-flood": "control.console",
    "loader-behind": "",
    "low-tps": "control.console control.restart control.stop",
    "map-told": "",
    "nether-reset": "control.console control.start control.stop file.delete file.read",
    "on-call-rota": "",
    "oxide-update": "control.console control.restart control.stop",
    "paper-build": "control.console control.restart control.stop",
    "reinstall-monthly": "backup.create backup.delete backup.read control.start control.stop"
    " settings.reinstall",
    "restart-when-empty": "control.console control.restart control.stop",
    "rust-frames": "control.console",
    "season-map": "control.start control.stop file.create file.read file.update startup.read startup.update",
    "shop-purchase": "control.console",
    "slow-start": "control.start control.stop",
    "stop-when-empty": "control.console control.stop",
    "tips-by-the-hour": "control.console",
    "tips-in-turn": "control.console",
    "tips-shuffled": "control.console",
    "tips-with-values": "control.console",
    "tps-of-the-node": "",
    "until-somebody-answers": "",
    "update-window": "control.console control.restart control.stop",
    "version-goes-back": "control.restart control.start control.stop startup.read startup.update",
    "weekend-rates": "control.console control.start control.stop file.create",
    "welcome-back": "control.console",
    "whitelist-left-on": "",
    "wipe-rust": "backup.create backup.delete backup.read control.console control.start"
    " control.stop file.delete file.read startup.read startup.update",
    "workshop-mods": "control.console control.restart control.stop",
}
EGGS = ("Paper", "Rust", "Counter-Strike: Source", "Valheim", "Project Zomboid", "Bedrock")


@pytest.mark.parametrize("name", wishes())
def test_a_wish_quotes_what_people_ask_for_and_loads_without_a_warning(name: str, tmp_path: Path) -> None:
    load = configure(tmp_path, [], rules_of={f"{name}.yml": text_of(name)}, settings=SETTINGS)

    assert right(load()).book.rules
    assert text_of(name).startswith("# “")


@pytest.mark.parametrize("name", wishes())
def test_the_tests_beside_a_wish_pass(name: str) -> None:
    done = run_tests([FOLDER / f"{name}.yml"])

    assert [one for one in done.results if one.failures] == []
    assert done.problems == []
    assert len(done.results) >= 2
    assert "never:" in text_of(name)


@pytest.mark.parametrize("name", wishes())
def test_check_online_names_the_permissions_that_a_wish_needs(name: str, tmp_path: Path) -> None:
    load = configure(tmp_path, [], rules_of={f"{name}.yml": text_of(name)}, settings=SETTINGS)
    configuration = load().or_raise()
    seen = [
        WatchedServer(
            Profile(uuid=egg, id=egg, name=f"lobby {egg}", egg=egg), frozenset(["websocket.connect"])
        )
        for egg in EGGS
    ]
    lacking = {
        one.message.split("permission `")[1].split("`")[0]
        for one in check_online(configuration, seen)
        if one.code == "lacks-permission"
    }

    assert " ".join(sorted(lacking)) == PERMISSIONS[name]
