"""A link names the shard whose incidents it acknowledges, and its owner answers whoever opens it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from trio.testing import MockClock

from automaton.cluster.control.exchange import ControlAnswer, ControlRequest, refused
from automaton.cluster.control.reach import Reach
from automaton.cluster.messages.handed import IncidentStanding
from automaton.cluster.messages.told_incidents import ToldIncidents
from automaton.cluster.shard import Shard
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.cluster.message_links import LinksOfChannel, MessageLinks
from automaton.secret import Secret
from automaton.web.ack_page import HEADERS
from automaton.web.ack_token import read_token, write_token
from automaton.web.guess_budget import GUESSES
from tests.daemon.asking import asking

pytestmark = pytest.mark.anyio
KEY = Secret("a" * 64)
OUTSIDE = "https://automaton.example.org"


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


@dataclass
class Shared:
    """A key that is known, or not yet."""

    key: Secret | None = KEY

    def made(self) -> Secret:
        assert self.key is not None
        return self.key

    def known(self) -> Secret | None:
        return self.key


@dataclass
class Owners(Reach):
    """Answers for every shard."""

    answer: ControlAnswer = field(default_factory=lambda: ControlAnswer(status=200, body=b"<p>the page</p>"))
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    async def ask(self, shard: Shard, request: ControlRequest, within: float | None = None) -> ControlAnswer:
        self.asked.append((shard.text, request.method, request.path))
        return self.answer


def reached(active: ActiveConfiguration, outside: str | None = OUTSIDE) -> ActiveConfiguration:
    """Settings under which links can be followed."""
    before = active.settings
    settings = before.model_copy(
        update={
            "web": before.web.model_copy(update={"public_url": outside}),
            "listen": before.listen.model_copy(update={"http": ("127.0.0.1", 0)}),
        }
    )
    active.configuration = replace(active.configuration, settings=settings)
    return active


async def links(tmp_path: Path, key: Shared, owners: Owners, outside: str | None = OUTSIDE) -> MessageLinks:
    async with asking(tmp_path) as (_, daemon):
        return MessageLinks(reached(daemon.active, outside), daemon.clock, key, owners)


async def opened(made: MessageLinks, method: str, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(Starlette(routes=made.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://member") as client:
        return await client.request(method, path)


async def test_a_link_says_whose_numbers_are_in_it(tmp_path: Path) -> None:
    made = await links(tmp_path, Shared(), Owners())
    url = made.link("ops", "node:eu-1", ["down/lobby/7", "down/other/9", "automaton/fleet"], is_cut=True)

    assert url is not None
    token = read_token(KEY, url.removeprefix(f"{OUTSIDE}/ack/"), made._clock.now().wall)
    assert token is not None
    assert (token.channel, token.shard, token.numbers, token.is_cut) == ("ops", "node:eu-1", (7, 9), True)


async def test_there_is_no_link_where_nobody_could_follow_it(tmp_path: Path) -> None:
    key = Shared()
    made = await links(tmp_path, key, Owners())
    without_incident = made.link("ops", "fleet", ["automaton/fleet"], is_cut=False)
    too_long = made.link("ops", "node:" + "x" * 200, ["down/lobby/7"], is_cut=False)
    key.key = None

    assert (without_incident, too_long) == (None, None)
    assert made.link("ops", "fleet", ["down/lobby/7"], is_cut=False) is None


async def test_without_an_address_outside_there_is_no_link(tmp_path: Path) -> None:
    made = await links(tmp_path, Shared(), Owners(), outside=None)

    assert made.link("ops", "fleet", ["down/lobby/7"], is_cut=False) is None


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_whoever_opens_one_is_answered_by_the_owner_of_its_shard(tmp_path: Path, method: str) -> None:
    owners = Owners()
    made = await links(tmp_path, Shared(), owners)
    path = "/ack/" + (made.link("ops", "node:eu-1", ["down/lobby/7"], is_cut=False) or "").rpartition("/")[2]
    answer = await opened(made, method, path)

    assert (answer.status_code, answer.text) == (200, "<p>the page</p>")
    assert owners.asked == [("node:eu-1", method, path)]
    assert answer.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]


async def test_while_nobody_owns_its_shard_a_reader_is_asked_to_try_again(tmp_path: Path) -> None:
    owners = Owners(refused(503, "node:eu-1: no member owns it now"))
    made = await links(tmp_path, Shared(), owners)
    path = "/ack/" + (made.link("ops", "node:eu-1", ["down/lobby/7"], is_cut=False) or "").rpartition("/")[2]
    answer = await opened(made, "GET", path)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "node:eu-1" not in answer.text


async def test_whoever_guesses_reaches_no_owner_and_is_paced(tmp_path: Path) -> None:
    """A link of a single daemon, which names no shard, is none here either."""
    owners = Owners()
    made = await links(tmp_path, Shared(), owners)
    of_one = write_token(KEY, "ops", made._clock.now().wall, [7])
    statuses = [
        (await opened(made, "GET", f"/ack/{letters}")).status_code
        for letters in (of_one, *(f"guess{number}" for number in range(int(GUESSES))))
    ]

    assert statuses == [404] * int(GUESSES) + [429]
    assert owners.asked == []


async def test_a_channel_asks_a_link_for_the_shard_that_has_most_of_a_message(tmp_path: Path) -> None:
    incidents = ToldIncidents()
    for shard, ref in (("node:a", "r/s/1"), ("node:b", "r/s/2"), ("node:b", "r/s/3")):
        incidents.hear(shard, IncidentStanding(number=1, at=0.0, ref=ref, is_open=True))
    made = await links(tmp_path, Shared(), Owners())
    of_channel = LinksOfChannel(incidents, made)
    url = of_channel.link("ops", ["r/s/1", "r/s/2", "r/s/3"])

    assert url is not None
    token = read_token(KEY, url.rpartition("/")[2], made._clock.now().wall)
    assert token is not None
    assert (token.shard, token.numbers, token.is_cut) == ("node:b", (2, 3), True)
    assert of_channel.link("ops", ["r/s/9"]) is None
