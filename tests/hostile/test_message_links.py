"""A link of a message acknowledges what its message named, by its button alone, and no other link does anything."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator

import httpx
import pytest

from tests.hostile.world import World, world

pytestmark = pytest.mark.xdist_group("hostile-message-links")

OUTSIDE = "https://automaton.example.org/x"
RULES = r"""
rules:
  - id: trouble
    severity: critical
    when: {console: '^trouble (?P<text>.*)$'}
    until: {console: '^never$'}
    by: [it.text]
    do: [{notify: ops, text: "trouble: ${it.text}"}]
"""
PREVIEWS = (
    "Discordbot/2.0",
    "Slackbot-LinkExpanding 1.0",
    "TelegramBot (like TwitterBot)",
    "facebookexternalhit/1.1",
)
FORGED = {
    "nothing": "",
    "a letter": "A",
    "the right length": "A" * 40,
    "a long one": "A" * 9_000,
    "a path": "..%2f..%2fv1%2freload",
    "a NUL": "%00",
    "markup": "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "a line": "a%0d%0aX-Evil:%201",
    "half of a letter": "%ff%fe",
    "a query": "?token=",
}


@pytest.fixture(scope="module")
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[World]:
    settings = (
        f"listen: {{http: '127.0.0.1:{port}'}}\nweb: {{public_url: '{OUTSIDE}'}}\nlog: {{level: debug}}"
    )
    with world(tmp_path_factory.mktemp("links"), RULES, fresh=40, settings=settings) as made, made.running():
        yield made


def linked(site: World, text: str = "here") -> str:
    """The token of the link in the message about a new incident."""
    server = site.fresh()
    server.prints(f"trouble {text} {server.name}")
    message = site.inbox.got(server.name).json["message"]
    (token,) = re.findall(rf"{OUTSIDE}/ack/([\w-]+)", message)
    return str(token)


def acked(site: World) -> int:
    return sum(one["acked"] for one in site.ask("GET", "/v1/incidents")["incidents"])


def opened(port: int, token: str, method: str = "GET", **headers: str) -> httpx.Response:
    return httpx.request(method, f"http://127.0.0.1:{port}/ack/{token}", headers=headers, timeout=10)


def test_a_preview_of_a_chat_acknowledges_nothing_and_the_button_does(site: World, port: int) -> None:
    token, before = linked(site), acked(site)
    for agent in PREVIEWS:
        assert opened(port, token, **{"User-Agent": agent}).status_code == 200
        assert opened(port, token, "HEAD", **{"User-Agent": agent}).status_code == 200
    site.served(site.fresh())
    assert acked(site) == before

    assert "1 incident acknowledged" in opened(port, token, "POST").text
    site.served(site.fresh())
    assert acked(site) == before + 1
    assert site.lines("operator.ack", "link, channel ops")


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "\u202eevil\u202c", "n" * 1_500, '"><img src=x>']
)
def test_what_a_player_typed_is_text_on_the_page(site: World, port: int, text: str) -> None:
    page = opened(port, linked(site, text)).text

    assert page.count("<li>") == 1
    assert not re.search("<script|<img|[\u202a-\u202e]", page)
    assert len(page) < 3_000


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_link_acknowledges_nothing_and_learns_nothing(site: World, port: int, forged: str) -> None:
    before = acked(site)
    answers = [opened(port, FORGED[forged], method) for method in ("POST", "GET")]
    site.served(site.fresh())

    assert {one.status_code for one in answers} <= {404, 405, 429}
    assert "x-evil" not in str([one.headers for one in answers]).lower()
    assert not any("trouble" in one.text or site.folder.name in one.text for one in answers)
    assert acked(site) == before


def test_a_link_with_one_letter_changed_is_as_good_as_none(site: World, port: int) -> None:
    token, before = linked(site), acked(site)
    place = len(token) // 2
    changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]

    assert opened(port, changed, "POST").status_code in (404, 429)
    site.served(site.fresh())
    assert acked(site) == before


def test_who_tries_links_keeps_out_nobody_who_has_one(site: World, port: int) -> None:
    token = linked(site)
    answers = [opened(port, f"{number:040d}").status_code for number in range(60)]

    assert set(answers) <= {404, 429}
    assert answers[-1] == 429
    assert opened(port, token).status_code == 200


def test_the_token_of_a_link_stands_at_no_level_of_the_log_and_in_no_status(site: World, port: int) -> None:
    token = linked(site)
    opened(port, token)
    opened(port, token, "POST")
    opened(port, token[:-3])
    site.served(site.fresh())

    for text in (
        site.daemon.output(),
        str(site.ask("GET", "/v1/status")),
        str(site.ask("GET", "/v1/incidents")),
    ):
        assert token[:20] not in text


def test_the_key_of_links_belongs_to_the_daemon_alone_and_is_in_no_answer(site: World, port: int) -> None:
    linked(site)
    key = site.folder / "state" / "ack.key"

    assert key.stat().st_mode & 0o077 == 0
    assert key.read_text() not in site.daemon.output() + opened(port, linked(site)).text
