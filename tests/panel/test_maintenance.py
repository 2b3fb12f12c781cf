"""Backups, files, variables and reinstalls, at the simulated Panel and at one that answers anything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import httpx
import pytest

from automaton.core.calls import FileChange, FileOperation
from automaton.core.outcome import Outcome, Result
from automaton.panel.client import PanelClient
from automaton.panel.maintenance import MAX_BACKUP_PAGES, MAX_FOLDERS, MAX_NAMES
from automaton.simulator.wings.game_server import GameServer
from tests.panel.test_client import answered_by, simulated

pytestmark = pytest.mark.anyio
DELETE, RENAME, WRITE, DECOMPRESS = FileOperation
DONE = Outcome(Result.DONE, way="panel")


@asynccontextmanager
async def serving() -> AsyncIterator[tuple[PanelClient, GameServer]]:
    async with simulated() as (world, client):
        yield client, world.servers()[0]


async def change(client: PanelClient, server: GameServer, operation: FileOperation, *paths: str) -> Outcome:
    return await client.change_files(server.build.uuid, FileChange(operation, paths, "text\n"))


async def test_files_are_written_renamed_and_unpacked() -> None:
    async with serving() as (client, server):
        outcomes = [
            await change(client, server, WRITE, "plugins/new.yml"),
            await change(client, server, RENAME, "plugins/new.yml", "plugins/old.yml"),
            await change(client, server, DECOMPRESS, "seeds/next.tar.gz"),
        ]

        assert outcomes == [DONE, DONE, DONE]
        assert server.files.texts["plugins/old.yml"] == "text\n"
        assert server.files.texts["seeds/map/level.dat"] == "(unpacked)"


async def test_a_glob_is_resolved_by_listing_and_what_is_not_there_is_told() -> None:
    async with serving() as (client, server):
        server.files.boot({})
        server.files.write("World", "another file: names are told apart by case")
        outcome = await change(client, server, DELETE, "world*", "server.jar", "gone", "logs/*.gz")

        assert outcome == Outcome(Result.DONE, "not there: `gone`, `logs/*.gz`", "panel")
        assert sorted(server.files.texts) == [
            "World", "plugins/Essentials/config.yml", "seeds/next.tar.gz", "server.properties",
        ]  # fmt: skip


async def test_where_nothing_is_there_nothing_is_asked_for() -> None:
    async with serving() as (client, server):
        before = client.requests

        assert await change(client, server, DELETE, "nothing*") == Outcome(
            Result.DONE, "not there: `nothing*`", "panel"
        )
        assert client.requests == before + 1


async def test_wings_says_nothing_of_a_file_that_is_not_there_and_we_do() -> None:
    async with serving() as (client, server):
        assert await change(client, server, RENAME, "nothing", "x") == Outcome(
            Result.REFUSED, "there is no `nothing`", "panel"
        )


async def test_a_name_that_is_taken_and_what_is_no_archive_are_refused_with_the_reason() -> None:
    async with serving() as (client, server):
        taken = await change(client, server, RENAME, "server.jar", "server.properties")
        none = await change(client, server, DECOMPRESS, "server.jar")
        missing = await change(client, server, DECOMPRESS, "nothing.zip")

        assert [one.result for one in (taken, none, missing)] == [Result.REFUSED] * 3
        assert "already exists" in taken.detail
        assert "format" in none.detail
        assert missing.detail.startswith("the node knows no such file or server")


async def test_variables_are_set_until_one_is_refused_and_those_before_it_are_told() -> None:
    async with serving() as (client, server):
        uuid = server.build.uuid
        assert await client.set_startup(uuid, (("SEED", "42"), ("LEVEL", "map"))) == DONE
        refused = await client.set_startup(uuid, (("LEVEL", "other"), ("SEED", "x" * 21), ("LEVEL", "no")))
        hidden = await client.set_startup(uuid, (("DL_PATH", "x"),))

        assert refused.result is Result.REFUSED
        assert refused.detail == (
            "`SEED`: the Panel finds the request invalid"
            " (The seed may not be greater than 20 characters.); set before it: LEVEL"
        )
        assert "read-only" in hidden.detail
        assert (server.variables["SEED"], server.variables["LEVEL"]) == ("42", "other")


async def test_a_reinstall_begins_and_a_second_one_passes_by_itself() -> None:
    async with serving() as (client, server):
        first, second = [await client.reinstall(server.build.uuid) for _ in range(2)]

        assert first == DONE
        assert (second.result, second.passing) == (Result.REFUSED, True)
        assert server.installing


async def backed_up(client: PanelClient, server: GameServer) -> str:
    """One that is done; ten minutes pass, in which the Panel makes two at most."""
    outcome = await client.backup(server.build.uuid, "b")
    await anyio.sleep(601)
    return outcome.ref


async def test_the_oldest_backups_go_but_no_locked_one_and_no_others() -> None:
    async with serving() as (client, server):
        made = [await backed_up(client, server) for _ in range(4)]
        others = server.backups.begin("by hand", "human").uuid
        await anyio.sleep(10)
        server.backups.toggle_lock(made[0])

        outcome = await client.rotate_backups(server.build.uuid, tuple(made), 2)

        assert outcome == Outcome(Result.DONE, way="panel", ref=f"{made[0]} {made[2]} {made[3]}")
        assert [one.uuid for one in server.backups.all()] == [made[0], made[2], made[3], others]


async def test_backups_beyond_the_first_page_are_seen() -> None:
    async with serving() as (client, server):
        made = tuple(server.backups.begin("b", "test").uuid for _ in range(25))
        await anyio.sleep(10)

        await client.rotate_backups(server.build.uuid, made, 24)

        assert [one.uuid for one in server.backups.all()] == list(made[1:])


async def test_a_lock_is_asked_for_and_one_that_was_not_given_is_told() -> None:
    async with simulated() as (world, client):
        server = world.servers()[0]
        locked = await client.backup(server.build.uuid, "golden", locked=True)

        assert (locked.result, locked.detail) == (Result.DONE, "")
        assert server.backups.all()[0].is_locked
    async with answered_by(lambda _: httpx.Response(200, json={"attributes": {"uuid": "a"}})) as client:
        plain = await client.backup("u", "golden", locked=True)

        assert (plain.result, plain.ref) == (Result.DONE, "a")
        assert "backup.delete" in plain.detail


async def test_the_panels_limits_on_backups_come_with_their_reasons() -> None:
    async with serving() as (client, server):
        server.backups.most = 1
        outcomes = [await client.backup(server.build.uuid, "b") for _ in range(2)]
        server.backups.most = 9
        outcomes += [await client.backup(server.build.uuid, "b") for _ in range(2)]

        assert [one.result for one in outcomes] == [Result.DONE, Result.REFUSED, Result.DONE, Result.REFUSED]
        assert "reached its limit of 1 backups" in outcomes[1].detail
        assert "two backups may be generated within a 600 second" in outcomes[3].detail
        assert outcomes[3].passing


def page(*names: str) -> httpx.Response:
    data = [{"object": "file_object", "attributes": {"name": name}} for name in names]
    return httpx.Response(200, json={"object": "list", "data": data})


async def test_a_glob_that_fits_too_many_deletes_none() -> None:
    asked: list[str] = []

    def panel(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        return page(*(f"w{number}" for number in range(MAX_NAMES + 1)))

    async with answered_by(panel) as client:
        outcome = await client.change_files("u", FileChange(DELETE, ("w*",)))

    assert outcome.result is Result.REFUSED
    assert outcome.detail == "501 files fit, 500 are the most: delete their folder"
    assert asked == ["GET"]


async def test_too_many_folders_are_not_even_listed() -> None:
    paths = tuple(f"{number}/x" for number in range(MAX_FOLDERS + 1))
    async with answered_by(lambda _: page()) as client:
        outcome = await client.change_files("u", FileChange(DELETE, paths))

        assert (outcome.result, client.requests) == (Result.REFUSED, 0)


async def test_names_that_lead_elsewhere_are_not_taken_for_files_of_the_folder() -> None:
    sent: list[bytes] = []

    def panel(request: httpx.Request) -> httpx.Response:
        sent.append(request.content)
        return page("world/../../x", "world") if request.method == "GET" else httpx.Response(204)

    async with answered_by(panel) as client:
        await client.change_files("u", FileChange(DELETE, ("world*",)))

    assert sent[-1] == b'{"root":"/","files":["world"]}'


async def test_more_pages_of_backups_than_are_read_delete_none() -> None:
    pages = {"pagination": {"total_pages": MAX_BACKUP_PAGES + 1}}
    async with answered_by(lambda _: httpx.Response(200, json={"data": [], "meta": pages})) as client:
        outcome = await client.rotate_backups("u", ("a",), 1)

    assert outcome == Outcome(Result.REFUSED, "the server has 51 pages of backups; 50 are read", "panel")


@pytest.mark.parametrize("body", [b"", b"[]", b'{"data": [{"attributes": {"uuid": "../x"}}]}'])
async def test_an_answer_that_is_none_of_a_panel_deletes_nothing(body: bytes) -> None:
    asked: list[str] = []

    def panel(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        return httpx.Response(200, content=body)

    async with answered_by(panel) as client:
        outcomes = [
            await client.rotate_backups("u", ("../x",), 1),
            await client.change_files("u", FileChange(DELETE, ("world*",))),
            await client.change_files("u", FileChange(RENAME, ("a", "b"))),
        ]

    assert {one.result for one in outcomes} == {Result.REFUSED}
    assert set(asked) == {"GET"}


@pytest.mark.parametrize(
    ("status", "result"), [(403, Result.REFUSED), (404, Result.REFUSED), (502, Result.FAILED)]
)
async def test_where_the_folder_cannot_be_listed_nothing_is_done(status: int, result: Result) -> None:
    asked: list[str] = []

    def panel(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        return httpx.Response(status)

    async with answered_by(panel) as client:
        outcome = await client.change_files("u", FileChange(DELETE, ("world",)))

    assert (outcome.result, asked) == (result, ["GET"])


@pytest.mark.parametrize("operation", [WRITE, DECOMPRESS])
async def test_a_gateway_that_gave_up_leaves_it_unknown(operation: FileOperation) -> None:
    errors = {"errors": [{"code": "DaemonConnectionException", "status": "504", "detail": "timeout"}]}
    async with answered_by(lambda _: httpx.Response(504, json=errors)) as client:
        outcome = await client.change_files("u", FileChange(operation, ("a.zip",)))

    assert (outcome.result, outcome.passing) == (Result.UNKNOWN, False)
