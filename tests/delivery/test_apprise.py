"""What Apprise really posts when a player types his worst: each attack on chat is one test."""

from __future__ import annotations

import json
from typing import Any

import pytest

from automaton.core.calls import Severity
from automaton.delivery.safe_text import BREAK, width
from tests.delivery.receiver import DISCORD, SLACK, TELEGRAM, TOKEN, Receiver, message, posted

pytestmark = pytest.mark.anyio


def slack_text(body: Any) -> str:
    return str(body["attachments"][0]["text"])


def discord_text(body: Any) -> str:
    """The card, and its foot below it."""
    assert width(body["content"]) <= 2000
    return f"{body['embeds'][0]['description']}\n{body['embeds'][0]['footer']['text']}"


MENTIONS = "@everyone @here <@123> <@&456> <#789>"


@pytest.mark.parametrize(
    "way", ["", "?format=markdown", "?format=markdown&ping=@everyone", "?template=/etc/passwd"]
)
async def test_discord_is_told_to_mention_nobody_in_every_format(receiver: Receiver, way: str) -> None:
    body = await posted(receiver, DISCORD + way, message(MENTIONS))

    assert body["allowed_mentions"] == {"parse": []}
    for text in (body["content"], body["embeds"][0]["description"]):
        assert "@everyone" not in text
        assert "@here" not in text
        assert "<@" not in text
        assert f"@{BREAK}everyone @{BREAK}here" in text


async def test_discord_shows_title_text_and_id_as_one_message(receiver: Receiver) -> None:
    sent = message("memory 95 %")

    body = await posted(receiver, DISCORD, sent)

    assert body["content"] == "🟠 memory 95 %"
    (card,) = body["embeds"]
    assert (card["description"], card["footer"]) == ("memory 95 %", {"text": f"#{sent.id}"})
    assert receiver.paths == [f"/discord/417429632418316298/{TOKEN}"]


@pytest.mark.parametrize(
    "text", ["{{app_title}} {{ app_body }}", '"}, "content": "x', "\\u0040everyone \\n", "{{7*7}}"]
)
async def test_text_cannot_change_the_template_it_stands_in(receiver: Receiver, text: str) -> None:
    body = await posted(receiver, DISCORD, message(text))

    assert text in body["content"]
    assert text in body["embeds"][0]["description"]
    assert body["allowed_mentions"] == {"parse": []}


async def test_slack_gets_no_live_channel_mention(receiver: Receiver) -> None:
    text = slack_text(
        await posted(receiver, SLACK, message("<!channel> <!here> <@U123> & <https://evil.example|x>"))
    )

    assert text.startswith(f"&lt;{BREAK}!channel&gt; &lt;{BREAK}!here&gt;")
    assert "<" not in text
    assert "&amp;" in text


async def test_slack_stays_plain_though_its_url_asks_for_markup(receiver: Receiver) -> None:
    text = slack_text(await posted(receiver, f"{SLACK}?format=markdown", message("<!channel> *x*")))

    assert text.startswith(f"&lt;{BREAK}!channel&gt; *x*")


@pytest.mark.parametrize("text", ["<b", "a & b", "<Steve> hi", "</pre><a href='http://evil.example'>x</a>"])
async def test_telegram_gets_valid_html_whatever_stands_in_it(receiver: Receiver, text: str) -> None:
    body = await posted(receiver, TELEGRAM, message(text))

    assert body["parse_mode"] == "HTML"
    assert "<" not in body["text"]
    assert "&" not in body["text"].replace("&lt;", "").replace("&gt;", "").replace("&amp;", "").replace(
        "&#x27;", ""
    )


@pytest.mark.parametrize(
    "mention", ["@all", "@channel", "@**all**", "@room", "@everyone", "@user:matrix.org"]
)
async def test_mentions_of_other_services_are_broken_too(receiver: Receiver, mention: str) -> None:
    body = await posted(receiver, receiver.json, message(f"hi {mention}", title=mention))

    assert mention not in body["message"]
    assert mention not in body["title"]
    assert mention[1:] in body["message"]


@pytest.mark.parametrize("url", [DISCORD, SLACK, TELEGRAM])
async def test_a_masked_link_shows_where_it_leads(receiver: Receiver, url: str) -> None:
    body = await posted(receiver, url, message("[free items](https://evil.example) [a][b]"))

    assert "](" not in json.dumps(body)
    assert "][" not in json.dumps(body)
    assert "https://evil.example" in json.dumps(body)


async def test_a_fence_inside_a_fence_does_not_end_it(receiver: Receiver) -> None:
    body = await posted(receiver, DISCORD, message("```\n@everyone\n````\nx", excerpt=True))

    _, excerpt, _ = body["embeds"][0]["description"].split("```")
    assert "everyone" in excerpt


@pytest.mark.parametrize(("url", "limit"), [(DISCORD, 4096), (TELEGRAM, 4096), (SLACK, 35_000)])
@pytest.mark.parametrize("char", ["x", "😀", "\n", "<", ":a:", "```\n", "@"])
async def test_5000_characters_fit_into_what_the_service_takes(
    receiver: Receiver, url: str, limit: int, char: str
) -> None:
    sent = message("begin " + char * 5000 + " end", title="t" * 300, excerpt=True)
    body = await posted(receiver, url, sent)

    text = discord_text(body) if "embeds" in body else body.get("text") or slack_text(body)
    shown = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert width(shown) <= limit
    assert "begin" in shown
    assert shown.endswith(f"#{sent.id}")
    assert shown.count("```") % 2 == 0


async def test_a_title_of_300_is_cut(receiver: Receiver) -> None:
    body = await posted(receiver, receiver.json, message("x", title="t" * 300))

    assert body["title"] == "🟠 " + "t" * 246 + "…"


@pytest.mark.parametrize(
    ("severity", "kind"),
    [(Severity.INFO, "info"), (Severity.WARNING, "warning"), (Severity.CRITICAL, "failure")],
)
async def test_severity_becomes_the_kind_that_services_colour(
    receiver: Receiver, severity: Severity, kind: str
) -> None:
    assert (await posted(receiver, receiver.json, message("x", severity=severity)))["type"] == kind
