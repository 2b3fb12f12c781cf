"""What the simulated Panel does to a server between its starts, and what it refuses (protocol.md 6.2)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import anyio
import httpx
import pytest

from automaton.pace.clock import SteadyClock
from automaton.simulator.panel.accounts import User
from automaton.simulator.simulated_world import SimulatedWorld
from automaton.simulator.wings.game_server import GameServer
from tests.simulator.memory_network import in_memory

pytestmark = pytest.mark.anyio


@dataclass
class Asked:
    """One server of a Panel, asked as one user."""

    world: SimulatedWorld
    client: httpx.AsyncClient
    user: User

    @property
    def server(self) -> GameServer:
        return self.world.server("lobby")

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.user.key}", "Accept": "application/json"}
        return await self.client.request(
            method, f"/servers/{self.server.build.uuid}{path}", headers=headers, **more
        )

    async def backs_up(self, **body: object) -> httpx.Response:
        return await self.ask("POST", "/backups", json={"name": "b", **body})

    async def backups(self) -> list[dict[str, Any]]:
        return [one["attributes"] for one in (await self.ask("GET", "/backups")).json()["data"]]


@pytest.fixture
async def panel(clock: SteadyClock) -> AsyncIterator[Asked]:
    world = SimulatedWorld.build(clock, servers=1, running=False)
    async with (
        in_memory(world, clock) as network,
        httpx.AsyncClient(transport=network.transport(), base_url=f"{world.panel_url}/api/client") as client,
    ):
        yield Asked(world, client, world.automaton)


def error(answer: httpx.Response) -> tuple[int, str, str]:
    (only,) = answer.json()["errors"]
    return answer.status_code, only["code"], only["detail"]


async def test_two_backups_are_made_in_ten_minutes_and_deleting_one_makes_no_room(panel: Asked) -> None:
    first = (await panel.backs_up()).json()["attributes"]["uuid"]
    await panel.backs_up()
    await anyio.sleep(5)
    await panel.ask("DELETE", f"/backups/{first}")
    third = await panel.backs_up()
    await anyio.sleep(600)

    assert error(third)[:2] == (429, "TooManyRequestsHttpException")
    assert third.headers["Retry-After"] == "595"
    assert (await panel.backs_up()).status_code == 200


async def test_at_the_limit_none_is_made_and_one_that_runs_counts(panel: Asked) -> None:
    panel.server.backups.most = 1
    await panel.backs_up()

    assert error(await panel.backs_up()) == (
        400,
        "TooManyBackupsException",
        "Cannot create a new backup, this server has reached its limit of 1 backups.",
    )


async def test_a_backup_that_failed_does_not_count_and_is_shown_as_failed(panel: Asked) -> None:
    panel.server.backups.most, panel.server.backups.fails = 1, True
    await panel.backs_up()
    await anyio.sleep(5)
    again = await panel.backs_up()
    await anyio.sleep(5)

    assert again.status_code == 200
    assert [one["is_successful"] for one in await panel.backups()] == [False, True]


async def test_a_locked_backup_is_not_deleted_until_it_is_unlocked(panel: Asked) -> None:
    made = (await panel.backs_up(is_locked=True)).json()["attributes"]
    await anyio.sleep(5)
    refused = await panel.ask("DELETE", f"/backups/{made['uuid']}")
    unlocked = (await panel.ask("POST", f"/backups/{made['uuid']}/lock")).json()["attributes"]
    deleted = await panel.ask("DELETE", f"/backups/{made['uuid']}")

    assert (made["is_locked"], unlocked["is_locked"]) == (True, False)
    assert error(refused)[:2] == (400, "BackupLockedException")
    assert (deleted.status_code, await panel.backups()) == (204, [])


async def test_who_may_not_delete_backups_makes_none_that_is_locked_and_is_not_told(panel: Asked) -> None:
    panel.user = panel.world.add_user("maker", everywhere=("backup.create",))

    assert (await panel.backs_up(is_locked=True)).json()["attributes"]["is_locked"] is False


async def test_backups_are_listed_by_twenty(panel: Asked) -> None:
    panel.server.backups.most = 50
    for _ in range(21):
        panel.server.backups.begin("b", "test")

    pages = [(await panel.ask("GET", "/backups", params={"page": page})).json() for page in (1, 2)]

    assert [len(page["data"]) for page in pages] == [20, 1]
    assert pages[0]["meta"]["pagination"]["total_pages"] == 2


async def test_files_are_listed_written_renamed_unpacked_and_deleted(panel: Asked) -> None:
    texts = panel.server.files.texts
    await panel.ask("POST", "/files/write", params={"file": "/plugins/new.yml"}, content=b"a: 1\n")
    move = {"root": "/", "files": [{"from": "plugins", "to": "mods"}]}
    await panel.ask("PUT", "/files/rename", json=move)
    await panel.ask("POST", "/files/decompress", json={"root": "/seeds", "file": "next.tar.gz"})
    await panel.ask("POST", "/files/delete", json={"root": "/", "files": ["server.jar", "nothing"]})
    listed = (await panel.ask("GET", "/files/list", params={"directory": "/mods"})).json()["data"]

    assert [(one["attributes"]["name"], one["attributes"]["is_file"]) for one in listed] == [
        ("Essentials", False),
        ("new.yml", True),
    ]
    assert sorted(texts) == [
        "mods/Essentials/config.yml", "mods/new.yml", "seeds/map/level.dat", "seeds/map/region/r.0.0.mca",
        "seeds/next.tar.gz", "server.properties",
    ]  # fmt: skip


async def test_what_wings_refuses_comes_in_the_panels_shape(panel: Asked) -> None:
    taken = {"root": "/", "files": [{"from": "server.jar", "to": "server.properties"}]}

    answers = [
        await panel.ask("GET", "/files/list", params={"directory": "/nowhere"}),
        await panel.ask("PUT", "/files/rename", json=taken),
        await panel.ask("POST", "/files/decompress", json={"root": "/", "file": "server.jar"}),
        await panel.ask("POST", "/files/write", params={"file": "/../etc/passwd"}, content=b""),
    ]

    assert [error(one)[:2] for one in answers] == [
        (404, "DaemonConnectionException"),
        *[(400, "DaemonConnectionException")] * 3,
    ]


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("SEED", "42", None),
        ("SEED", "x" * 21, (422, "ValidationException")),
        ("DL_PATH", "x", (400, "BadRequestHttpException")),
        ("BUILD_SECRET", "x", (400, "BadRequestHttpException")),
        ("NOTHING", "x", (400, "BadRequestHttpException")),
    ],
)
async def test_a_variable_is_judged_by_its_egg(
    panel: Asked, key: str, value: str, told: tuple[int, str] | None
) -> None:
    answer = await panel.ask("PUT", "/startup/variable", json={"key": key, "value": value})

    assert (error(answer)[:2] if answer.status_code != 200 else None) == told
    assert panel.server.variables["SEED"] == ("42" if told is None else "")


async def test_a_world_that_was_deleted_is_made_of_the_seed_at_the_next_start(panel: Asked) -> None:
    async def start() -> str:
        panel.server.power.request("start", "test", lambda _: None)
        await anyio.sleep(20)
        return panel.server.files.texts["world/level.dat"]

    first = await start()
    panel.server.power.request("kill", "test", lambda _: None)
    await anyio.sleep(5)
    await panel.ask("PUT", "/startup/variable", json={"key": "SEED", "value": "42"})
    await panel.ask("POST", "/files/delete", json={"root": "/", "files": ["world"]})

    assert (first, await start()) == ("seed=\n", "seed=42\n")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/backups/x"), ("POST", "/backups/x/lock"), ("GET", "/backups/x"), ("GET", "/files/list"),
        ("GET", "/files/contents"), ("POST", "/files/write"), ("PUT", "/files/rename"),
        ("POST", "/files/delete"), ("POST", "/files/decompress"), ("GET", "/startup"),
        ("PUT", "/startup/variable"), ("POST", "/settings/reinstall"),
    ],
)  # fmt: skip
async def test_each_wants_its_permission(panel: Asked, method: str, path: str) -> None:
    panel.user = panel.world.add_user("watcher", everywhere=("websocket.connect",))

    assert error(await panel.ask(method, path))[:2] == (403, "AuthorizationException")


async def test_nothing_is_done_while_it_is_installed(panel: Asked) -> None:
    await panel.ask("POST", "/settings/reinstall")

    answers = [
        await panel.ask("GET", "/files/list"),
        await panel.ask("PUT", "/startup/variable", json={"key": "SEED", "value": "1"}),
        await panel.backs_up(),
    ]

    assert {error(one)[:2] for one in answers} == {(409, "ServerStateConflictException")}


async def test_the_variables_that_may_be_seen_are_shown(panel: Asked) -> None:
    shown = (await panel.ask("GET", "/startup")).json()["data"]

    assert [one["attributes"]["env_variable"] for one in shown] == [
        "SERVER_JARFILE", "SEED", "LEVEL", "DL_PATH",
    ]  # fmt: skip
