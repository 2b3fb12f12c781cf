"""Real servers are asked, and nothing is left behind there."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from automaton.cluster.names import Names
from automaton.cluster.nats import survey
from automaton.cluster.nats.bucket import NatsBucket
from automaton.cluster.nats.connection import Access, NatsConnection
from automaton.cluster.nats.heartbeats import Heartbeats
from automaton.cluster.nats.jetstream_api import ApiError, ask_api
from automaton.cluster.nats.survey import EngineSeen
from automaton.pace.http_client import HttpClient
from automaton.secret import Secret
from tests.cluster.beats import beat
from tests.cluster.nats.test_permissions import USERS, access
from tests.cluster.nats.test_permissions import servers as servers
from tests.cluster.nats_servers import NatsServers, nats_servers

NAMES = Names("eu")


async def looked(access: Access, monitors: list[str], within: float = 60.0) -> EngineSeen:
    async with HttpClient(ssl.create_default_context()) as client:
        return await survey.look(access, NAMES, client, tuple(monitors), lambda: 100.0, within)


def test_the_permissions_of_the_page_are_enough(servers: NatsServers) -> None:
    seen = asyncio.run(looked(access(servers), servers.monitors))

    assert (seen.why_down, seen.denied, seen.has_jetstream) == ("", [], True)
    assert seen.version == seen.servers[0].version


def test_nothing_is_made_or_written(servers: NatsServers) -> None:
    async def story() -> None:
        connection = NatsConnection(access(servers), "tests")
        running = asyncio.create_task(connection.run())
        await connection.wait_until_up()
        bucket = NatsBucket(connection, NAMES, 1)
        await bucket.make()
        before = await ask_api(connection, f"STREAM.INFO.KV_{NAMES.bucket}", {})
        seen = await looked(access(servers), [])
        after = await ask_api(connection, f"STREAM.INFO.KV_{NAMES.bucket}", {})
        assert (seen.copies, after["state"]["last_seq"]) == (1, before["state"]["last_seq"])
        with pytest.raises(ApiError):
            await ask_api(connection, "STREAM.INFO.automaton_check", {})
        running.cancel()
        await asyncio.wait([running])

    asyncio.run(story())


def test_members_that_live_are_heard(servers: NatsServers) -> None:
    async def story() -> EngineSeen:
        connection = NatsConnection(access(servers), "tests")
        running = asyncio.create_task(connection.run())
        await connection.wait_until_up()
        heartbeats = Heartbeats(connection, NAMES, lambda _heard: None)

        async def says() -> None:
            while True:
                await heartbeats.say(beat("a", wall=103.0))
                await asyncio.sleep(0.1)

        saying = asyncio.create_task(says())
        seen = await looked(access(servers), [])
        for task in (saying, running):
            task.cancel()
        await asyncio.wait([saying, running])
        return seen

    seen = asyncio.run(story())

    assert {name: one.skew for name, one in seen.heard.items()} == {"a": 3.0}


def test_each_permission_that_lacks_is_told(tmp_path: Path) -> None:
    users = USERS.replace('"$JS.API.STREAM.PURGE.*", ', "").replace('"$KV.automaton_eu.>", ', "")
    with nats_servers(tmp_path, 1, users) as servers:
        seen = asyncio.run(looked(access(servers), []))

    assert len(seen.denied) == 2
    assert "$KV.automaton_eu.check" in seen.denied[0]
    assert "$JS.API.STREAM.PURGE" in seen.denied[1]


def test_who_may_hear_no_answer_is_told_so_and_not_that_jetstream_is_off(tmp_path: Path) -> None:
    subscribe = USERS.index("subscribe:")
    users = USERS[:subscribe] + USERS[subscribe:].replace(', "_INBOX.>"', "", 1)
    with nats_servers(tmp_path, 1, users) as servers:
        seen = asyncio.run(looked(access(servers), []))

    assert ["subscribe to `_INBOX." in sentence for sentence in seen.denied] == [True]
    assert seen.has_jetstream is None


def test_a_wrong_password_is_why_there_is_no_connection(servers: NatsServers) -> None:
    seen = asyncio.run(looked(Access(tuple(servers.urls), "automaton", Secret("other")), [], 1.0))

    assert "Authorization Violation" in seen.why_down


def test_a_server_that_does_not_answer_is_named_though_another_does(servers: NatsServers) -> None:
    asked = access(servers)
    seen = asyncio.run(looked(replace(asked, servers=(*asked.servers, "nats://127.0.0.1:1")), []))

    assert (seen.why_down, seen.has_jetstream) == ("", True)
    assert list(seen.unreached) == ["nats://127.0.0.1:1"]
    assert "out of reach" in seen.unreached["nats://127.0.0.1:1"]


def test_a_server_that_does_not_let_us_in_is_named_though_it_names_others_that_do(tmp_path: Path) -> None:
    with nats_servers(tmp_path, 3) as servers:
        strict = servers.each[0]
        strict.kill()
        config = strict.folder / "nats.conf"
        config.write_text(config.read_text() + 'authorization { user: "other", password: "other" }')
        strict.start()
        servers.wait_until_ready()
        seen = asyncio.run(looked(Access(tuple(servers.urls)), []))

    assert seen.why_down == ""
    assert list(seen.unreached) == [strict.url]
    assert "Authorization" in seen.unreached[strict.url]


def test_a_monitoring_port_that_does_not_answer_is_named(servers: NatsServers) -> None:
    seen = asyncio.run(looked(access(servers), [*servers.monitors, "http://127.0.0.1:1"]))

    assert seen.troubles == ["the monitoring port http://127.0.0.1:1: nobody listens there"]
