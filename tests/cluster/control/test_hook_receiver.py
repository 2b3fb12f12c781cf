"""A hook that is called at any member is judged where its server is, or is not taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from trio.testing import MockClock

from automaton.cluster.control.hook_receiver import ClusterHooks
from automaton.cluster.control.reach import Reach
from automaton.cluster.control.shards import KnownServer
from automaton.secret import Secret
from automaton.web.hooks import NoSingleServer
from automaton.web.http_json import RequestRefused
from automaton.web.routes import hook_calls
from automaton.web.routes.hook_calls import Value
from tests.cluster.control.members import EU, FLEET, US, Cluster

pytestmark = pytest.mark.anyio

LOBBY = KnownServer(uuid="u-lobby", id="1", name="lobby", node="eu-1")
ARENA = KnownServer(uuid="u-arena", id="2", name="Arena", node="us-1")
TWINS = [KnownServer(uuid=f"u-{at}", id=f"t{at}", name="twin", node=f"{at}-1") for at in ("eu", "us")]


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


@dataclass
class Shard:
    """Remembers what was called."""

    called: list[str] = field(default_factory=list)

    async def hook_called(self, hook: str, server: str, fields: Mapping[str, Value]) -> str:
        self.called.append(f"{hook} {server} {dict(fields)}")
        return "" if server else "no rule has `hook: deploy`"


class Two:
    """One owns eu-1; two owns us-1 and the fleet."""

    def __init__(self) -> None:
        self.eu, self.us, self.fleet = Shard(), Shard(), Shard()
        self.cluster = Cluster(servers=[LOBBY, ARENA, *TWINS])
        one = self.cluster.member("one", {EU: hook_calls.routes(self.eu)})
        self.cluster.member("two", {US: hook_calls.routes(self.us), FLEET: hook_calls.routes(self.fleet)})
        self.hooks = ClusterHooks(one, Reach(one), lambda: {"deploy": Secret("right")})


async def test_a_call_goes_to_the_owner_of_its_server_and_to_the_fleets_without_one() -> None:
    two = Two()

    unheard = [
        await two.hooks.hook_called("deploy", "u-lobby", {"n": 1}),
        await two.hooks.hook_called("deploy", "u-arena", {}),
        await two.hooks.hook_called("deploy", "", {}),
    ]

    assert unheard == ["", "", "no rule has `hook: deploy`"]
    assert (two.eu.called, two.us.called, two.fleet.called) == (
        ["deploy u-lobby {'n': 1}"],
        ["deploy u-arena {}"],
        ["deploy  {}"],
    )


async def test_a_call_that_its_owner_does_not_take_may_be_made_again() -> None:
    two = Two()
    two.cluster.silent.add("two")

    with pytest.raises(RequestRefused, match="the call is not taken: two, which owns") as caught:
        await two.hooks.hook_called("deploy", "u-arena", {})

    assert (caught.value.status, caught.value.wait > 0) == (503, True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("LOBBY", "u-lobby"),
        ("2", "u-arena"),
        ("u-arena", "u-arena"),
        ("twin", NoSingleServer.SEVERAL),
        ("nobody", NoSingleServer.NONE),
    ],
)
async def test_a_name_means_one_of_all_servers(text: str, found: str | NoSingleServer) -> None:
    assert Two().hooks.find(text) == found


async def test_tokens_are_those_of_the_files_in_force() -> None:
    assert Two().hooks.tokens() == {"deploy": Secret("right")}
