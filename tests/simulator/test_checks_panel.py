"""Checks 54 to 60: the Panel's client API, on virtual time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from hashlib import md5, sha256

import anyio
import httpx
import jwt
import pytest

from automaton.pace.clock import SteadyClock
from automaton.simulator.panel.accounts import User
from automaton.simulator.panel.panel_kind import PELICAN_PANEL, PTERODACTYL_1_11, PTERODACTYL_1_12, PanelKind
from automaton.simulator.simulated_world import SimulatedWorld
from automaton.simulator.wings.installation import install
from automaton.simulator.wings.token_check import decode
from automaton.simulator.wings.transfer import Transfer
from tests.simulator.generations import EACH_PANEL
from tests.simulator.memory_network import in_memory

pytestmark = pytest.mark.anyio
RATIONED = pytest.mark.parametrize("kind", [PTERODACTYL_1_12, PELICAN_PANEL], ids=lambda kind: kind.name)


@pytest.fixture
def kind() -> PanelKind:
    """The Panel that is played, unless a test is played on each."""
    return PTERODACTYL_1_12


@pytest.fixture
async def world(clock: SteadyClock, kind: PanelKind) -> SimulatedWorld:
    return SimulatedWorld.build(clock, servers=3, nodes=2, seed=7, running=False, kind=kind)


@pytest.fixture
async def client(world: SimulatedWorld, clock: SteadyClock) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        in_memory(world, clock) as network,
        httpx.AsyncClient(transport=network.transport(), base_url=f"{world.panel_url}/api/client") as client,
    ):
        yield client


def as_user(user: User) -> dict[str, str]:
    return {"Authorization": f"Bearer {user.key}", "Accept": "application/json"}


def error(answer: httpx.Response) -> tuple[int, str, str]:
    """Status, code and detail of an error in the Panel's shape."""
    (only,) = answer.json()["errors"]
    assert only["status"] == str(answer.status_code)
    return answer.status_code, only["code"], only["detail"]


@EACH_PANEL
async def test_check_54_a_token_has_the_claims_of_the_panel(
    world: SimulatedWorld, client: httpx.AsyncClient, kind: PanelKind
) -> None:
    server, node, user = world.server("lobby"), world.nodes[0], world.automaton

    answer = await client.get("/servers/" + server.build.identifier + "/websocket", headers=as_user(user))

    data = answer.json()["data"]
    claims = jwt.decode(data["token"], options={"verify_signature": False})
    digest = sha256 if kind is PELICAN_PANEL else md5
    jti = digest(f"{user.id}{server.build.uuid}".encode()).hexdigest()
    assert set(answer.json()) == {"data"}
    assert data["socket"] == f"ws://node-1.test:8080/api/servers/{server.build.uuid}/ws"
    assert jwt.get_unverified_header(data["token"]) == {"typ": "JWT", "alg": "HS256", "jti": jti}
    assert (claims["exp"] - claims["iat"], claims["iat"] - claims["nbf"]) == (600, 300)
    assert (claims["aud"], claims["jti"]) == ([node.url], jti)
    assert claims.get("scope") == (None if kind is PTERODACTYL_1_11 else "websocket")
    assert claims.get("user_id") == (None if kind is PELICAN_PANEL else user.id)
    assert (claims["server_uuid"], claims["user_uuid"]) == (server.build.uuid, user.uuid)
    # The signature, by what the node itself does; its other checks are of the virtual year.
    assert decode(data["token"], node.token).server == server.build.uuid


@EACH_PANEL
async def test_check_55_no_key_a_bad_key_and_a_server_of_somebody_else(
    world: SimulatedWorld, client: httpx.AsyncClient
) -> None:
    stranger = world.add_user("stranger")
    path = f"/servers/{world.server('lobby').build.uuid}/websocket"

    json = {"Accept": "application/json"}
    nobody, wrong, not_yours = [
        error(await client.get(path, headers=headers))
        for headers in (json, {**json, "Authorization": "Bearer ptlc_wrong"}, as_user(stranger))
    ]

    assert nobody == wrong == (401, "AuthenticationException", "Unauthenticated.")
    assert not_yours == (
        404,
        "NotFoundHttpException",
        "The requested resource does not exist on this server.",
    )


async def test_an_application_key_is_of_no_use_here(client: httpx.AsyncClient) -> None:
    answer = await client.get("", headers={"Accept": "application/json", "Authorization": "Bearer ptla_x"})

    assert error(answer)[:2] == (403, "AccessDeniedHttpException")


async def test_who_does_not_ask_for_json_is_taken_for_a_browser(client: httpx.AsyncClient) -> None:
    login = await client.get("")
    page = await client.get("/nothing")

    assert (login.status_code, login.headers["location"]) == (302, "/auth/login")
    assert (page.status_code, page.headers["content-type"].split(";")[0]) == (404, "text/html")


@EACH_PANEL
async def test_check_55_without_websocket_connect_there_is_no_token(
    world: SimulatedWorld, client: httpx.AsyncClient
) -> None:
    server = world.server("lobby").build.uuid
    user = world.add_user("starter", shares={server: ("control.start",)})

    answer = await client.get(f"/servers/{server}/websocket", headers=as_user(user))

    assert error(answer)[:2] == (403, "HttpForbiddenException")


@EACH_PANEL
async def test_check_55_suspended_and_installing_servers_conflict(
    world: SimulatedWorld, client: httpx.AsyncClient, kind: PanelKind
) -> None:
    suspended, installing, restoring = (world.server(name) for name in ("lobby", "survival", "creative"))
    suspended.suspend()
    restoring.backups.restore(["world"], 60.0)
    install(installing, [(60.0, "step")])
    admin, user = world.owner, world.automaton

    answers = [
        (await client.get(f"/servers/{server.build.uuid}/websocket", headers=as_user(who))).status_code
        for server in (suspended, installing, restoring)
        for who in (admin, user)
    ]
    shown = await client.get(f"/servers/{restoring.build.uuid}", headers=as_user(user))

    suspended_admin = 200 if kind is PELICAN_PANEL else 409
    assert answers == [suspended_admin, 409, 200, 409, 200, 409]
    assert shown.json()["attributes"]["status"] == "restoring_backup"


@RATIONED
async def test_check_56_the_sixth_token_within_a_minute_is_refused_for_one_server(
    world: SimulatedWorld, client: httpx.AsyncClient
) -> None:
    lobby, other = (f"/servers/{world.server(name).build.uuid}/websocket" for name in ("lobby", "survival"))
    for number in range(5):
        user = world.owner if number % 2 else world.automaton
        assert (await client.get(lobby, headers=as_user(user))).status_code == 200

    sixth = await client.get(lobby, headers=as_user(world.owner))
    elsewhere = await client.get(other, headers=as_user(world.owner))
    await anyio.sleep(float(sixth.headers["retry-after"]))
    later = await client.get(lobby, headers=as_user(world.owner))

    assert error(sixth) == (429, "ThrottleRequestsException", "Too Many Attempts.")
    assert (sixth.headers["x-ratelimit-limit"], sixth.headers["x-ratelimit-remaining"]) == ("5", "0")
    assert (elsewhere.status_code, later.status_code) == (200, 200)


@EACH_PANEL
async def test_check_57_one_call_too_many_within_a_minute_is_refused(
    world: SimulatedWorld, client: httpx.AsyncClient, kind: PanelKind
) -> None:
    limit = 256 if kind is PELICAN_PANEL else 720
    for _ in range(limit - 1):
        await client.get("", headers=as_user(world.automaton))

    last = await client.get("", headers=as_user(world.automaton))
    refused = await client.get("", headers=as_user(world.automaton))
    other = await client.get("", headers=as_user(world.owner))

    assert (last.status_code, last.headers["x-ratelimit-remaining"]) == (200, "0")
    assert (refused.status_code, refused.headers["retry-after"], other.status_code) == (429, "60", 200)


async def test_the_oldest_panel_rations_no_tokens(clock: SteadyClock) -> None:
    world = SimulatedWorld.build(clock, servers=1, running=False, kind=PTERODACTYL_1_11)
    async with in_memory(world, clock) as network:
        base = f"{world.panel_url}/api/client"
        async with httpx.AsyncClient(transport=network.transport(), base_url=base) as client:
            path = f"/servers/{world.servers()[0].build.uuid}/websocket"
            answers = [await client.get(path, headers=as_user(world.automaton)) for _ in range(50)]

    assert {answer.status_code for answer in answers} == {200}
    assert answers[0].headers["x-ratelimit-limit"] == "720"


@EACH_PANEL
async def test_check_58_a_page_holds_at_most_100_and_strangers_see_no_foreign_servers(
    clock: SteadyClock, kind: PanelKind
) -> None:
    world = SimulatedWorld.build(clock, servers=120, seed=1, running=False, kind=kind)
    async with in_memory(world, clock) as network:
        client = httpx.AsyncClient(transport=network.transport(), base_url=f"{world.panel_url}/api/client")
        async with client:
            pages = [
                (await client.get(f"?per_page=500&page={page}", headers=as_user(world.automaton))).json()
                for page in (1, 2)
            ]
            foreign = await client.get("?type=admin-all", headers=as_user(world.automaton))

    assert [len(page["data"]) for page in pages] == [100, 20]
    assert pages[1]["meta"]["pagination"] == {
        "total": 120,
        "count": 20,
        "per_page": 100,
        "current_page": 2,
        "total_pages": 2,
        "links": {},
    }
    assert (foreign.status_code, foreign.json()["data"]) == (200, [])


@EACH_PANEL
async def test_check_59_resources_are_kept_for_20_seconds(
    world: SimulatedWorld, client: httpx.AsyncClient
) -> None:
    path = f"/servers/{world.server('lobby').build.uuid}/resources"
    first = (await client.get(path, headers=as_user(world.automaton))).json()
    world.server("lobby").power.request("start", "test", lambda cause: None)
    await anyio.sleep(10)
    second = (await client.get(path, headers=as_user(world.automaton))).json()
    await anyio.sleep(11)
    third = (await client.get(path, headers=as_user(world.automaton))).json()

    states = [body["attributes"]["current_state"] for body in (first, second, third)]
    assert states == ["offline", "offline", "running"]


@EACH_PANEL
async def test_check_59_what_is_answered_while_wings_is_down(
    world: SimulatedWorld, client: httpx.AsyncClient, kind: PanelKind
) -> None:
    path = f"/servers/{world.server('lobby').build.uuid}"
    world.nodes[0].restart(60)

    resources = await client.get(f"{path}/resources", headers=as_user(world.automaton))
    power = await client.post(f"{path}/power", headers=as_user(world.automaton), json={"signal": "start"})

    assert error(power)[:2] == (504, "DaemonConnectionException")
    if kind is PELICAN_PANEL:
        assert (resources.status_code, resources.json()["attributes"]["current_state"]) == (200, "missing")
    else:
        assert error(resources)[:2] == (504, "DaemonConnectionException")


@EACH_PANEL
async def test_check_60_power_is_taken_and_a_command_to_a_stopped_server_is_refused(
    world: SimulatedWorld, client: httpx.AsyncClient
) -> None:
    server = world.server("lobby")
    path, headers = f"/servers/{server.build.uuid}", as_user(world.automaton)

    refused = await client.post(f"{path}/command", headers=headers, json={"command": "list"})
    start = await client.post(f"{path}/power", headers=headers, json={"signal": "start"})
    await anyio.sleep(10)
    command = await client.post(f"{path}/command", headers=headers, json={"command": "list"})
    stop = await client.post(f"{path}/power", headers=headers, json={"signal": "stop"})
    await anyio.sleep(10)

    assert error(refused) == (502, "HttpException", "Server must be online in order to send commands.")
    assert (start.status_code, command.status_code, stop.status_code) == (204, 204, 204)
    assert [(e.detail, e.by) for e in world.log.entries("command")] == [("list", "panel automaton")]
    assert server.state == "offline"


@EACH_PANEL
async def test_check_61_during_a_transfer_the_new_node_is_named_once_the_archive_is_done(
    world: SimulatedWorld, client: httpx.AsyncClient
) -> None:
    server, (source, target) = world.server("lobby"), world.nodes
    path = f"/servers/{server.build.uuid}/websocket"
    Transfer(source, target, server, seconds=20.0, fails=False)

    async def node_named() -> str:
        answer = await client.get(path, headers=as_user(world.owner))
        return str(answer.json()["data"]["socket"]).split("/")[2]

    subuser = await client.get(path, headers=as_user(world.automaton))
    named = [await node_named()]
    await anyio.sleep(11)
    named.append(await node_named())
    await anyio.sleep(10)
    named.append(await node_named())

    assert error(subuser)[:2] == (409, "ServerStateConflictException")
    assert named == ["node-1.test:8080", "node-2.test:8080", "node-2.test:8080"]
    assert (await client.get(path, headers=as_user(world.automaton))).status_code == 200


async def test_a_node_under_maintenance_conflicts(world: SimulatedWorld, client: httpx.AsyncClient) -> None:
    server = world.server("lobby")
    world.nodes[0].maintenance = True

    answers = [
        await client.get(f"/servers/{server.build.uuid}/websocket", headers=as_user(user))
        for user in (world.owner, world.automaton)
    ]
    shown = await client.get(f"/servers/{server.build.uuid}", headers=as_user(world.automaton))

    assert [answer.status_code for answer in answers] == [409, 409]
    assert shown.json()["attributes"]["is_node_under_maintenance"] is True


async def test_a_backup_is_restored_when_it_is_complete_and_nothing_is_asked_meanwhile(
    world: SimulatedWorld, client: httpx.AsyncClient
) -> None:
    path, headers = f"/servers/{world.server('lobby').build.uuid}", as_user(world.automaton)
    begun = (await client.post(f"{path}/backups", headers=headers)).json()["attributes"]["uuid"]

    early = await client.post(f"{path}/backups/{begun}/restore", headers=headers)
    unknown = await client.post(f"{path}/backups/{'0' * 36}/restore", headers=headers)
    await anyio.sleep(5)
    listed = (await client.get(f"{path}/backups", headers=headers)).json()["data"]
    taken = await client.post(f"{path}/backups/{begun}/restore", headers=headers)
    again = await client.post(f"{path}/backups/{begun}/restore", headers=headers)
    await anyio.sleep(11)
    after = await client.get(f"{path}/websocket", headers=headers)

    assert [one["attributes"]["is_successful"] for one in listed] == [True]
    assert error(early)[:2] == (400, "BadRequestHttpException")
    assert error(unknown)[:2] == (404, "NotFoundHttpException")
    assert (taken.status_code, error(again)[0], after.status_code) == (204, 409, 200)


async def test_a_power_action_over_http_waits_for_the_lock(
    world: SimulatedWorld, client: httpx.AsyncClient
) -> None:
    server = world.server("lobby")
    path, headers = f"/servers/{server.build.uuid}/power", as_user(world.automaton)

    for signal in ("start", "stop", "start"):
        await client.post(path, headers=headers, json={"signal": signal})
    await anyio.sleep(20)

    states = [entry.detail for entry in world.log.entries("state")]
    assert states == ["starting", "stopping", "offline", "starting", "running"]


async def test_a_bad_signal_an_empty_command_and_a_missing_permission_are_told_apart(
    world: SimulatedWorld, client: httpx.AsyncClient
) -> None:
    path = f"/servers/{world.server('lobby').build.uuid}"
    watcher = world.add_user("watcher", everywhere=("websocket.connect",))

    bad = await client.post(f"{path}/power", headers=as_user(world.owner), json={"signal": "explode"})
    empty = await client.post(f"{path}/command", headers=as_user(world.owner), json={"command": ""})
    forbidden = await client.post(f"{path}/power", headers=as_user(watcher), json={"signal": "start"})

    assert error(bad)[:2] == error(empty)[:2] == (422, "ValidationException")
    assert error(forbidden) == (403, "AuthorizationException", "This action is unauthorized.")


async def test_a_server_is_shown_with_its_egg_its_image_and_what_the_user_may(
    world: SimulatedWorld, client: httpx.AsyncClient
) -> None:
    path = f"/servers/{world.server('lobby').build.identifier}"

    body = (await client.get(f"{path}?include=egg", headers=as_user(world.automaton))).json()

    shown = body["attributes"]
    assert (body["object"], shown["name"], shown["node"], shown["status"]) == (
        "server",
        "lobby",
        "node-1",
        None,
    )
    assert shown["relationships"]["egg"]["attributes"]["name"] == "Paper"
    assert (shown["limits"]["memory"], shown["docker_image"]) == (2048, "ghcr.io/pterodactyl/yolks:java_21")
    assert "server.jar" in shown["invocation"]
    assert body["meta"]["is_server_owner"] is False
    assert "websocket.connect" in body["meta"]["user_permissions"]


async def test_a_panel_that_is_down_answers_with_a_page_and_no_json(
    world: SimulatedWorld, client: httpx.AsyncClient
) -> None:
    world.panel.down = 502

    answer = await client.get("", headers=as_user(world.automaton))

    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (502, "text/html")


async def test_a_backup_is_begun_and_only_two_in_ten_minutes(
    world: SimulatedWorld, client: httpx.AsyncClient
) -> None:
    path, headers = f"/servers/{world.server('lobby').build.uuid}/backups", as_user(world.automaton)

    first, second, third = [await client.post(path, headers=headers, json={"name": "b"}) for _ in range(3)]

    assert (first.json()["object"], first.json()["attributes"]["completed_at"]) == ("backup", None)
    assert (second.status_code, third.status_code) == (200, 429)


async def test_to_the_panel_a_server_installs_from_when_it_is_asked_and_while_it_still_stops(
    world: SimulatedWorld, client: httpx.AsyncClient
) -> None:
    server, headers = world.server("lobby"), as_user(world.owner)
    path = f"/servers/{server.build.uuid}"
    server.power.request("start", "test", lambda cause: None)
    await anyio.sleep(20)

    async def shown() -> tuple[bool, str | None]:
        attributes = (await client.get(path, headers=headers)).json()["attributes"]
        return attributes["is_installing"], attributes["status"]

    asked = await client.post(f"{path}/settings/reinstall", headers=headers)
    at_once, state = await shown(), server.state
    again = await client.post(f"{path}/settings/reinstall", headers=headers)
    await anyio.sleep(30)

    assert (asked.status_code, at_once, state) == (202, (True, "installing"), "stopping")
    assert error(again)[:2] == (409, "ServerStateConflictException")
    assert await shown() == (False, None)


async def test_a_reinstallation_wants_its_permission_and_no_power_action_under_way(
    world: SimulatedWorld, client: httpx.AsyncClient
) -> None:
    server = world.server("lobby")
    path = f"/servers/{server.build.uuid}/settings/reinstall"
    watcher = world.add_user("watcher", everywhere=("websocket.connect",))
    forbidden = await client.post(path, headers=as_user(watcher))
    server.power.request("start", "test", lambda cause: None)

    busy = await client.post(path, headers=as_user(world.owner))

    assert error(forbidden)[:2] == (403, "AuthorizationException")
    assert error(busy)[:2] == (409, "DaemonConnectionException")


async def test_tokens_are_good_for_as_long_as_the_world_was_built_with(clock: SteadyClock) -> None:
    world = SimulatedWorld.build(clock, servers=1, running=False, token_life=90)
    path = f"{world.panel_url}/api/client/servers/{world.servers()[0].build.uuid}/websocket"

    async with in_memory(world, clock) as network, httpx.AsyncClient(transport=network.transport()) as client:
        answer = await client.get(path, headers=as_user(world.automaton))

    claims = jwt.decode(answer.json()["data"]["token"], options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 90


async def test_what_is_no_resource_is_not_found_in_the_panels_words(client: httpx.AsyncClient) -> None:
    assert error(await client.get("/nothing", headers={"Accept": "application/json"})) == (
        404,
        "NotFoundHttpException",
        "The requested resource could not be found on the server.",
    )
