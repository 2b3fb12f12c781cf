"""What a reload takes of automaton.yml while everything goes on."""

from __future__ import annotations

import asyncio
import errno
import inspect
import os
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path

import anyio.lowlevel
import httpx
import pytest
from trio.testing import MockClock

from automaton.checkpoint import checkpoint
from automaton.configuration.load import CheckedConfiguration, Configuration, load_configuration
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.reload import LISTENS_ELSEWHERE, UNREADABLE, Reload
from automaton.daemon.systemd import Systemd
from automaton.match.line_reader import LineReader
from automaton.pace.clock import SystemClock
from automaton.pace.loop_first import loop_first
from automaton.schema.base import Strict
from automaton.secret import Secret
from automaton.settings.model import ListenSettings
from automaton.settings.web import WebSettings
from automaton.web.hooks import HooksApi
from automaton.web.routes.reload import Reloaded
from tests.rules.watch import Watch, watching

pytestmark = pytest.mark.anyio

OUTSIDE = """\
hooks: {deploy: {token: {file: token}}}
http: {status: {url: "https://status.example.org/api"}}
exec: {rotate: {argv: [/bin/true, now], timeout: 5s}}
"""

DEPLOY = """
rules:
  - {id: one, when: {hook: deploy}, do: [{notify: ops, text: "${name}: ${it.version}"}]}
  - {id: all, by: fleet, when: {hook: deploy}, do: [{notify: ops, text: "all ${total}: ${it.version}"}]}
"""


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


async def take(watch: Watch, folder: Path, settings: str, rules: str = "rules: []") -> str:
    """Reloads with this added to automaton.yml, in the place of its addresses and hooks; gives why it was not
    taken, or "".
    """
    (folder / "token").write_text("right")
    (folder / "token").chmod(0o600)
    file = folder / "automaton.yml"
    before = [line for line in file.read_text().splitlines() if not line.startswith(("http:", "hooks:"))]
    file.write_text("\n".join([*before, settings]))
    (folder / "rules.d" / "own.yml").write_text(rules)
    return (await watch.daemon.reload()).reason


async def test_addresses_programs_and_hooks_are_those_of_the_last_reload(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        assert await take(watch, tmp_path, OUTSIDE) == ""
        daemon = watch.daemon

        assert daemon.process.addresses.named["status"].url == Secret("https://status.example.org/api")
        assert daemon.process.programs.named["rotate"].argv == ("/bin/true", "now")
        assert daemon.host.hooks.tokens() == {"deploy": Secret("right")}


async def test_another_place_to_listen_needs_a_restart(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        assert await take(watch, tmp_path, 'listen: {http: "127.0.0.1:1"}\n') == LISTENS_ELSEWHERE


async def test_a_first_user_makes_a_page_of_a_port_for_hooks_and_that_needs_a_restart(tmp_path: Path) -> None:
    """Taken on the way, hooks would go on to be answered there, and no page come."""
    async with watching(tmp_path) as watch:
        daemon, taken = watch.daemon, list[Configuration]()
        checked = load_configuration(tmp_path / "automaton.yml", {})
        older = with_settings(checked.or_raise(), listen={"http": "127.0.0.1:9532"})
        newer = with_settings(older, web={"users": {"bob": {}}})
        daemon.active.configuration = older
        load = partial(replace, checked, configuration=newer)
        refused = await Reload(daemon.active, load, taken.append, Systemd({}), str, daemon.clock).reload()

    assert (refused.reason, taken) == (LISTENS_ELSEWHERE, [])


def with_settings(configuration: Configuration, **sections: object) -> Configuration:
    """The same with these sections, as they stand in automaton.yml."""
    shapes: dict[str, type[Strict]] = {"listen": ListenSettings, "web": WebSettings}
    read = {name: shapes[name].model_validate(section) for name, section in sections.items()}
    return replace(configuration, settings=configuration.settings.model_copy(update=read))


async def test_a_hook_sets_off_the_rules_of_the_server_that_it_names_and_those_of_the_fleet(
    tmp_path: Path,
) -> None:
    async with watching(tmp_path) as watch:
        assert await take(watch, tmp_path, "hooks: {deploy: {token: {file: token}}}\n", DEPLOY) == ""
        api = HooksApi(watch.daemon.host.hooks, watch.daemon.clock)
        transport = httpx.ASGITransport(api.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://automaton") as client:
            for body in ({"version": "1"}, {"version": "2", "server": "lobby"}):
                headers = {"Authorization": "Bearer right"}
                assert (await client.post("/hooks/deploy", json=body, headers=headers)).status_code == 202
                await watch.seconds(5)

        assert sorted(watch.told) == ["ops: all 2: 1", "ops: all 2: 2", "ops: lobby: 2"]


async def test_another_socket_needs_a_restart(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        settings = tmp_path / "automaton.yml"
        settings.write_text(settings.read_text() + "listen: {socket: elsewhere.sock}\n")
        refused = await watch.daemon.reload()
        await anyio.lowlevel.checkpoint()

    assert not refused.taken
    assert "`listen` needs a restart" in refused.reason


async def test_another_state_folder_needs_a_restart(tmp_path: Path) -> None:
    """Its lock and its socket stand there: taken on the way, a second daemon could start beside this one."""
    async with watching(tmp_path) as watch:
        settings = tmp_path / "automaton.yml"
        lines = [line for line in settings.read_text().splitlines() if not line.startswith("state:")]
        settings.write_text("\n".join([*lines, "state: elsewhere", ""]))
        refused = await watch.daemon.reload()
        await anyio.lowlevel.checkpoint()

    assert not refused.taken
    assert "`state` needs a restart" in refused.reason


async def test_files_that_cannot_be_opened_at_present_refuse_a_reload_and_end_nothing(tmp_path: Path) -> None:
    """Strangers may hold every descriptor that the daemon may have."""

    def load() -> CheckedConfiguration:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE), "packs/valheim.yml")

    async with watching(tmp_path) as watch:
        daemon, taken = watch.daemon, list[Configuration]()
        reload = Reload(daemon.active, load, taken.append, Systemd({}), str, daemon.clock)
        refused = await reload.reload()

    assert refused.reason == UNREADABLE.format("Too many open files")
    assert reload.last == refused
    assert taken == []


async def test_what_reads_the_lines_of_a_game_that_runs_is_ready_before_a_reload_is_taken(
    tmp_path: Path,
) -> None:
    async with watching(tmp_path) as watch:
        before = watch.daemon.active.book.index
        assert (await watch.daemon.reload()).taken
        index = watch.daemon.active.book.index

        assert isinstance(index, LineReader)
        assert index is not before
        assert index.ready == {"minecraft", "valheim"}  # though nobody has printed a line since


def test_the_engine_goes_first_at_each_checkpoint_of_the_thread_that_reads(tmp_path: Path) -> None:
    file, told = _bare(tmp_path), list[str]()

    def load() -> CheckedConfiguration:
        checkpoint()
        found = load_configuration(file, {})
        told.append("read")
        return found

    def wait() -> None:
        told.append("in another thread" if threading.current_thread() is not threading.main_thread() else "")

    async def story() -> Reloaded:
        active = ActiveConfiguration(load_configuration(file, {}).or_raise())
        reload = Reload(
            active, load, lambda _: told.append("taken"), Systemd({}), str, SystemClock(),
            packs=lambda: ["minecraft"], first=lambda: wait,
        )  # fmt: skip
        return await reload.reload()

    assert asyncio.run(story()).taken
    assert told[0] == "in another thread"
    # While what reads the games' lines is made ready, too; and never in the thread of the engine.
    assert told[-3:] == ["read", "in another thread", "taken"]
    assert {*told} == {"in another thread", "read", "taken"}


def test_without_another_word_it_is_the_event_loop_that_goes_first() -> None:
    assert inspect.signature(Reload).parameters["first"].default is loop_first


def _bare(folder: Path) -> Path:
    (folder / "key").write_text("ptlc_1")
    (folder / "key").chmod(0o600)
    file = folder / "automaton.yml"
    file.write_text('panels: {main: {url: "https://panel.example.org", keys: [{file: key}]}}\n')
    return file
