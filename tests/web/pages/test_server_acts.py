"""What an operator does on the page of a server is done in his name, and what became of it is said."""

from __future__ import annotations

import pytest

from automaton.web.routes.probe import ProbeResult
from tests.web.pages.server_page import UUID, Daemon, looking
from tests.web.pages.visiting import ORIGIN

pytestmark = pytest.mark.anyio

JSON = "application/json"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.parametrize(
    ("result", "kind", "said"),
    [
        ("done", "done", "`say hi` was typed at <b>lobby</b>: as it said"),
        ("refused", "refused", "`say hi` was not typed at <b>lobby</b>: as it said"),
        ("failed", "refused", "`say hi` was not typed at <b>lobby</b>: as it said"),
        ("unknown", "unknown", "nobody knows whether `say hi` was typed at <b>lobby</b>: as it said"),
    ],
)
async def test_a_command_is_typed_and_its_outcome_said(result: str, kind: str, said: str) -> None:
    daemon = Daemon(result=result)
    async with looking(daemon) as visit:
        answer = await visit.post("/command", JSON, command="say hi")

    assert daemon.asked == ['command {"command":"say hi"} by anna']
    assert answer.json() == {"kind": kind, "text": said}


async def test_without_javascript_the_page_says_it() -> None:
    async with looking() as visit:
        answer = await visit.post("/command", command="say hi")
        page = (await visit.get()).text

    assert (answer.status_code, answer.headers["location"]) == (303, f"/servers/{UUID}")
    assert "<code>say hi</code> was typed at &lt;b&gt;lobby&lt;/b&gt;" in page


async def test_nothing_is_typed_for_nothing() -> None:
    daemon = Daemon()
    async with looking(daemon) as visit:
        answer = await visit.post("/command", JSON, command="  ")

    assert answer.json()["kind"] == "refused"
    assert daemon.asked == []


async def test_power_asks_once_more_by_the_servers_name() -> None:
    daemon = Daemon()
    async with looking(daemon) as visit:
        asked = (await visit.get("/power/kill")).text
        other = await visit.post("/power/kill", JSON, server="another")
        done = await visit.post("/power/kill", JSON, server=UUID)

    assert "Kill &lt;b&gt;lobby&lt;/b&gt;?" in asked
    assert other.status_code == 400
    assert done.json()["text"] == "<b>lobby</b> was asked to kill: as it said"
    assert daemon.asked == ['power {"signal":"kill"} by anna']


async def test_there_are_four_power_actions() -> None:
    async with looking() as visit:
        answer = await visit.get("/power/explode")

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("found", "kind", "said"),
    [
        (
            ProbeResult(result="answered", detail="it did", seconds=0.25),
            "done",
            "answers after 0.2 s: it did",
        ),
        (ProbeResult(result="silent", detail="nothing came"), "unknown", "does not answer: nothing came"),
        (ProbeResult(result="not_asked", detail="it is off"), "refused", "was not asked: it is off"),
    ],
)
async def test_a_probe_says_whether_the_game_answers(found: ProbeResult, kind: str, said: str) -> None:
    async with looking(Daemon(probed=found)) as visit:
        answer = (await visit.post("/probe", JSON)).json()

    assert (answer["kind"], answer["text"]) == (kind, f"<b>lobby</b> {said}")


@pytest.mark.parametrize("path", ["/command", "/power/stop", "/probe"])
async def test_a_viewer_acts_on_nothing(path: str) -> None:
    daemon = Daemon()
    async with looking(daemon, user="vic") as visit:
        answer = await visit.post(path, JSON, command="stop", server=UUID)
        asked = await visit.get("/power/stop")

    assert (answer.status_code, asked.status_code) == (403, 403)
    assert daemon.asked == []


@pytest.mark.parametrize("path", ["/command", "/power/stop", "/probe"])
async def test_a_form_without_its_token_is_none_of_ours(path: str) -> None:
    daemon = Daemon()
    async with looking(daemon) as visit:
        answer = await visit.client.post(
            f"/servers/{UUID}{path}", data={"command": "x", "server": UUID}, headers={"origin": ORIGIN}
        )

    assert answer.status_code == 403
    assert daemon.asked == []
