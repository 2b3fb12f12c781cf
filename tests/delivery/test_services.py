"""What single services get beside the text, as Apprise posts it: priority, colour, title, mention."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from automaton.core.calls import Severity
from automaton.delivery.apprise import AppriseSender, check_mention
from automaton.delivery.message import Message
from automaton.delivery.safe_text import BREAK
from automaton.delivery.services import NTFY_BYTES
from automaton.secret import Secret
from tests.delivery.receiver import DISCORD, SLACK, TELEGRAM, TOKEN, Receiver, message, posted

pytestmark = pytest.mark.anyio

STRANGER = "@everyone @here <@&1234> <!here> @room @admin:matrix.org"
LOUD = Severity.CRITICAL
PUSHOVER = f"pover://{TOKEN[:30]}@{TOKEN[:30]}"


def calling(mention: str, text: str = STRANGER) -> Message:
    return replace(message(text, title=STRANGER, severity=LOUD), mentions=(mention,))


def ended(of: Message) -> Message:
    return replace(of, resolves=True)


async def each(receiver: Receiver, url: str) -> list[Any]:
    """What is posted for one message of each severity, the loudest last, and for an end."""
    for severity in Severity:
        await AppriseSender().send(Secret(url), message("x", severity=severity))
    await AppriseSender().send(Secret(url), ended(message("x", severity=LOUD)))
    return receiver.bodies


async def test_ntfy_gets_a_title_and_a_priority(receiver: Receiver) -> None:
    bodies = await each(receiver, f"ntfy://127.0.0.1:{receiver.port}/ops")

    assert [body["title"] for body in bodies] == ["🔵 x", "🟠 x", "🔴 x", "🔴 x"]
    assert [body["message"].split("\n")[0] for body in bodies] == ["x"] * 4
    assert [head.get("X-Priority", "default") for head in receiver.heads] == ["low", "default", "max", "low"]


@pytest.mark.parametrize("char", ["x", "😀", "é", "\n", "漢", "\\"])
async def test_a_long_text_stays_a_message_of_ntfy(receiver: Receiver, char: str) -> None:
    body = await posted(receiver, f"ntfy://127.0.0.1:{receiver.port}/ops", message(f"a{char * 5000}z"))

    assert "attach" not in body
    assert body["message"].startswith("a")
    assert len(body["message"].encode()) <= NTFY_BYTES
    assert body["message"].endswith("#0f1e2d3c")


async def test_the_priority_of_gotify_differs(receiver: Receiver) -> None:
    bodies = await each(receiver, f"gotify://127.0.0.1:{receiver.port}/{TOKEN[:15]}")

    assert [body["priority"] for body in bodies] == [2, 5, 8, 2]


async def test_the_priority_of_pushover_differs(receiver: Receiver) -> None:
    bodies = await each(receiver, PUSHOVER)

    assert [body["priority"] for body in bodies] == ["-1", "0", "1", "-1"]


async def test_a_priority_that_the_url_names_stays(receiver: Receiver) -> None:
    bodies = await each(receiver, f"gotify://127.0.0.1:{receiver.port}/{TOKEN[:15]}?priority=high")

    assert {body["priority"] for body in bodies} == {8}


async def test_discord_shows_a_card_with_the_colour(receiver: Receiver) -> None:
    bodies = await each(receiver, DISCORD)

    colours = [body["embeds"][0]["color"] for body in bodies]
    assert len(set(colours)) == 4
    assert colours[3] == 0x3AA337


async def test_a_plain_channel_of_discord_gets_no_card(receiver: Receiver) -> None:
    body = await posted(receiver, DISCORD, replace(message("memory 95 %"), title="lobby", is_plain=True))

    assert body["content"] == "lobby\nmemory 95 %"
    assert "embeds" not in body


@pytest.mark.parametrize(
    ("mention", "allowed"),
    [("<@&1234>", {"parse": [], "roles": ["1234"]}), ("<@99>", {"parse": [], "users": ["99"]})],
)
async def test_discord_lets_exactly_the_one_mention_through(
    receiver: Receiver, mention: str, allowed: dict[str, list[str]]
) -> None:
    body = await posted(receiver, DISCORD, calling(mention))

    assert body["allowed_mentions"] == allowed
    assert body["content"].startswith(f"{mention} 🔴 @{BREAK}everyone")
    assert json.dumps(body, ensure_ascii=False).count("<@") == 1


async def test_a_message_after_a_mention_mentions_nobody(receiver: Receiver) -> None:
    sender = AppriseSender()
    for one in (calling("<@&1234>"), message("x", severity=LOUD)):
        await sender.send(Secret(DISCORD), one)
    for one in (calling("<!here>"), message("x", severity=LOUD)):
        await sender.send(Secret(SLACK), one)

    _, discord, _, slack = receiver.bodies
    assert discord["allowed_mentions"] == {"parse": []}
    assert "text" not in slack


@pytest.mark.parametrize("mention", ["<!here>", "<!channel>", "<@U123AB>", "<!subteam^S123AB>"])
async def test_slack_reads_the_mention_and_no_other(receiver: Receiver, mention: str) -> None:
    body = await posted(receiver, SLACK, calling(mention))

    assert (body["text"], body["mrkdwn"]) == (mention, True)
    assert "<" not in json.dumps(body["attachments"])


async def test_telegram_reads_the_mention_and_no_other(receiver: Receiver) -> None:
    body = await posted(receiver, TELEGRAM, calling("@oncall_bot"))

    assert body["text"].startswith(f"@oncall_bot 🔴 @{BREAK}everyone")
    assert body["text"].replace("@" + BREAK, "").count("@") == 1


def matrix(receiver: Receiver) -> str:
    version = "/_matrix/client/v3"
    receiver.answers[f"{version}/login"] = json.dumps(
        {"access_token": "t", "home_server": "localhost", "user_id": "@automaton:localhost", "device_id": "d"}
    ).encode()
    receiver.answers[f"{version}/join/%21room%3Alocalhost"] = b'{"room_id": "!room:localhost"}'
    return f"matrix://automaton:secret@127.0.0.1:{receiver.port}/!room:localhost?v=3"


@pytest.mark.parametrize(
    ("mention", "meant"),
    [("@ops:example.org", {"user_ids": ["@ops:example.org"]}), ("@room", {"room": True}), ("", {})],
)
async def test_matrix_is_told_whom_the_message_means_and_that_it_means_nobody_else(
    receiver: Receiver, mention: str, meant: dict[str, object]
) -> None:
    sent = calling(mention) if mention else message(STRANGER)
    await AppriseSender().send(Secret(matrix(receiver)), sent)

    (body,) = [body for body in receiver.bodies if "msgtype" in body]
    assert body["m.mentions"] == meant
    assert body["body"].replace("@" + BREAK, "").count("@") == bool(mention)


@pytest.mark.parametrize(
    ("url", "mention"),
    [
        (DISCORD, "@everyone"),
        (DISCORD, "@here"),
        (DISCORD, "<@&1234> <@&5>"),
        (DISCORD, "<@&>"),
        (DISCORD, "<@&12\n>"),
        (DISCORD, "<@&" + "1" * 300 + ">"),
        (DISCORD, "<!here>"),
        (SLACK, "<!everyone>"),
        (SLACK, "<http://evil.example|x>"),
        (SLACK, "<@&1234>"),
        (TELEGRAM, "@a b"),
        (TELEGRAM, "<b>@a</b>"),
        ("matrix://automaton:secret@localhost/!room:localhost", "@room @all"),
        ("matrix://automaton:secret@localhost/!room:localhost", "room"),
        ("matrix://localhost/abc?mode=slack", "@room"),
        ("slack://T0/F0/X0/abcdef?mode=workflow", "<!here>"),
        ("ntfy://localhost/ops", "@room"),
        ("json://localhost", "<@&1234>"),
    ],
)
def test_what_is_no_mention_of_this_service_is_told_when_it_is_read(url: str, mention: str) -> None:
    trouble = check_mention(Secret(url), mention)

    assert trouble
    assert "\n" not in trouble
    assert TOKEN[:12] not in trouble


@pytest.mark.parametrize(
    ("url", "mention"),
    [
        (DISCORD, "<@&1234>"),
        (DISCORD, "<@1234>"),
        (SLACK, "<!subteam^S0AB>"),
        (TELEGRAM, "@oncall"),
        ("matrix://automaton:secret@localhost/!room:localhost", "@room"),
        ("matrix://automaton:secret@localhost/!room:localhost", "@ops:example.org:8448"),
    ],
)
def test_a_mention_as_the_service_writes_it_is_taken(url: str, mention: str) -> None:
    assert check_mention(Secret(url), mention) is None


def test_a_mention_that_is_none_is_told_with_what_to_write() -> None:
    assert check_mention(Secret(DISCORD), "@everyone") == (
        "`@everyone` mentions nobody there: write `<@&ROLE_ID>` or `<@USER_ID>`, in quotes"
    )
    assert "channel of its own" in str(check_mention(Secret("ntfy://localhost/ops"), "@room"))
