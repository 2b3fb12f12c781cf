"""A connection that comes back, and says why it is not there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme
from nats.aio.msg import Msg
from structlog.testing import capture_logs

from automaton.cluster.nats.connection import Access, NatsConnection
from automaton.errors import Unreachable
from automaton.pace.trust import tls_context
from automaton.secret import Secret
from tests.cluster.nats_servers import nats_servers

WITH_PASSWORD = "authorization { user: automaton, password: right }"


async def _connected(access: Access) -> tuple[NatsConnection, asyncio.Task[None]]:
    connection = NatsConnection(access, "tests")
    return connection, asyncio.create_task(connection.run())


async def _until(is_so: Callable[[], bool]) -> None:
    while not is_so():  # noqa: ASYNC110 - nothing else tells
        await asyncio.sleep(0.01)


async def _ended(running: asyncio.Task[None]) -> None:
    running.cancel()
    await asyncio.wait([running])


def test_what_is_subscribed_before_there_is_a_connection_is_heard_over_each(tmp_path: Path) -> None:
    async def story() -> None:
        heard = asyncio.Queue[bytes]()

        async def hear(message: Msg) -> None:
            await heard.put(message.data)

        told: list[bool] = []
        connection = NatsConnection(
            Access(tuple(servers.urls)), "tests", lambda is_up, why: told.append(is_up)
        )
        await connection.subscribe("a.*", hear)
        running = asyncio.create_task(connection.run())
        await connection.wait_until_up()
        await connection.publish("a.b", b"1")
        assert await heard.get() == b"1"

        servers.each[0].kill()
        await _until(lambda: not connection.is_up)
        with pytest.raises(Unreachable, match="out of reach"):
            await connection.publish("a.b", b"said while nobody could hear it")
        servers.start()
        await connection.wait_until_up()
        while heard.empty():  # the server is told of the subscription behind what is sent first
            await connection.publish("a.b", b"2")
            await asyncio.sleep(0)

        assert await heard.get() == b"2"
        assert told == [True, False, True]
        await _ended(running)

    with nats_servers(tmp_path, 1) as servers:
        asyncio.run(story())


def test_a_wrong_password_is_told_and_tried_again_for_it_may_be_put_right(tmp_path: Path) -> None:
    async def story() -> None:
        wrong, running = await _connected(Access(tuple(servers.urls), "automaton", Secret("wrong")))
        await _until(lambda: "uthorization" in wrong.why_down)
        assert "wrong" not in wrong.why_down
        assert not running.done()
        await _ended(running)

        right, running = await _connected(Access(tuple(servers.urls), "automaton", Secret("right")))
        await right.wait_until_up()
        await _ended(running)

    with nats_servers(tmp_path, 1, WITH_PASSWORD) as servers:
        asyncio.run(story())


def test_a_server_without_tls_is_told_no_password_where_its_address_wants_tls(tmp_path: Path) -> None:
    async def story() -> None:
        plain = servers.urls[0]
        wants_tls = Access((plain.replace("nats://", "tls://"),), "automaton", Secret("right"))
        connection, running = await _connected(wants_tls)
        await _until(lambda: "speaks no TLS" in connection.why_down)

        assert not connection.is_up
        await _ended(running)

    with nats_servers(tmp_path, 1, WITH_PASSWORD) as servers:
        asyncio.run(story())


def test_a_certificate_of_an_authority_that_is_not_known_is_told_with_the_key_that_names_one(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        wants_tls = Access((servers.urls[0].replace("nats://", "tls://"),), tls=tls_context())
        connection, running = await _connected(wants_tls)
        await _until(lambda: "no server has answered" not in connection.why_down)

        assert connection.why_down == (
            "NATS is there, and its certificate is not trusted, its authority is not known on this machine:"
            " renew it, or name its authority in `cluster.ca`"
        )
        await _ended(running)

    leaf = trustme.CA().issue_cert("127.0.0.1")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    leaf.cert_chain_pems[0].write_to_path(cert)
    leaf.private_key_pem.write_to_path(key)
    with nats_servers(tmp_path, 1, f'tls {{ cert_file: "{cert}", key_file: "{key}" }}') as servers:
        asyncio.run(story())


def test_where_no_server_is_it_says_so_once() -> None:
    async def story() -> None:
        told: list[tuple[bool, str]] = []
        nowhere = NatsConnection(
            Access(("nats://127.0.0.1:1",)), "tests", lambda is_up, why: told.append((is_up, why))
        )
        running = asyncio.create_task(nowhere.run())
        await _until(lambda: "no server has answered" not in nowhere.why_down)
        with pytest.raises(Unreachable, match="NATS is out of reach"):
            await nowhere.request("a", b"", 1.0)
        ((is_up, why),) = told
        assert not is_up
        assert why.startswith("NATS is out of reach: ")
        await _ended(running)

    asyncio.run(story())


def test_what_a_handler_raises_is_told_as_the_bug_that_it_is(tmp_path: Path) -> None:
    """nats-py hands it to whom it tells of its connection, and goes on."""

    async def story() -> None:
        connection, running = await _connected(Access(tuple(servers.urls)))
        await connection.wait_until_up()

        async def stumble(message: Msg) -> None:
            raise KeyError("a bug")

        await connection.subscribe("a", stumble)
        with capture_logs() as logs:
            while not logs:
                await connection.publish("a", b"")
                await asyncio.sleep(0.01)
        assert logs[0]["event"] == "nats.handler_failed"
        await _ended(running)

    with nats_servers(tmp_path, 1) as servers:
        asyncio.run(story())
