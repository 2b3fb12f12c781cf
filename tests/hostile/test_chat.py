"""What players type pings nobody in chat, forges no link there, and no chat service holds the daemon up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.hostile.inbox import Mail
from tests.hostile.world import World, world

pytestmark = pytest.mark.xdist_group("hostile-chat")

TOKEN = "JHZ7lQml277CDHmQKMHI8qBe7bk2ZwO5UKjCiOAF7711abcdefghijklmnopqrstuv"
HOSTS = {
    "discord": ("discord.com", f"discord://417429632418316298/{TOKEN}"),
    "slack": ("hooks.slack.com", f"slack://T1JJ3T3L2/A1BRTD4JD/{TOKEN[:24]}/#ops"),
    "telegram": ("api.telegram.org", f"tgram://123456789:{TOKEN[:35]}/12345/"),
    "mattermost": ("chat.example.org", f"mmosts://chat.example.org/{TOKEN[:26]}"),
    "rocket": ("rocket.example.org", f"rockets://{TOKEN[:12]}/{TOKEN[:40]}@rocket.example.org/#ops"),
    "ntfy": ("ntfy.example.org", "ntfys://ntfy.example.org/ops"),
    "gotify": ("gotify.example.org", f"gotifys://gotify.example.org/{TOKEN[:15]}"),
    "google-chat": ("chat.googleapis.com", f"gchat://workspace/{TOKEN[:30]}/{TOKEN[:20]}"),
}

# Channels that call somebody, each by the URL of a service above.
CALLS = {
    "discord": "<@&4711>",
    "slack": "<!subteam^S4711>",
    "telegram": "@oncall_4711",
}
SERVICES = tuple(HOSTS)
HOSTS |= {f"called-{name}": HOSTS[name] for name in CALLS}
MENTION = {f"called-{name}": f', mention: {{warning: "{mention}"}}' for name, mention in CALLS.items()}

AT_ONCE = 'rate: 1000/1s, group_by: ["..."], group_wait: 0s, group_interval: 1s'
CHANNELS = "".join(
    f"  {name}: {{urls: [{{file: {name}.url}}], {AT_ONCE}{MENTION.get(name, '')}}}\n"
    for name in [*HOSTS, "dead", "hanging", "busy", "down"]
)
RULES = r"""
rules:
  - id: says
    when: {console: '^says (?P<text>.*)$'}
    by: [it.text]
    do: [{notify: ops, title: "${it.text}", text: "told: ${it.text}"}]
  - id: quotes
    when: {console: '^quotes (?P<text>.*)$'}
    by: [it.text]
    do: [{notify: ops, text: "${name} said\n${lines}"}]
""" + "".join(
    f"""\
  - id: to-{name}
    when: {{console: '^{name}: (?P<text>.*)$'}}
    by: [it.text]
    do: [{{notify: {name}, title: "${{it.text}}", text: "${{it.text}}"}}]
"""
    for name in [*HOSTS, "dead", "hanging", "busy", "down"]
)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("chat")
    with world(folder, RULES, fresh=105, channels=CHANNELS, settings="log: {level: debug}") as made:
        for name, (_, url) in HOSTS.items():
            made.secret(f"{name}.url", url)
        made.secret("dead.url", f"json://127.0.0.1:9/{TOKEN}")
        made.secret("hanging.url", f"jsons://hanging.example/{TOKEN}")
        made.secret("busy.url", f"jsons://busy.example/{TOKEN}")
        made.secret("down.url", f"jsons://down.example/{TOKEN}")
        with made.running():
            yield made


def told(here: World, channel: str, text: str) -> Mail:
    """What the service got for a line of a player."""
    host = HOSTS[channel][0]
    marker = "".join(chr(ord("a") + int(digit)) for digit in str(len(here.inbox.mails)))
    here.fresh().prints(f"{channel}: {marker}{channel} {text}")
    return here.inbox.got(f"{marker}{channel}", host=host)


LIVE = re.compile(
    r"@(everyone|here|all|channel|room|\*\*all\*\*)|<[@!#][&!]?\w|<(https?|mailto):|\]\(|<b>|<a "
)
MENTIONS = (
    "@everyone @here <@123> <@&456> <#789> <!channel> <!here> @all @channel @**all** @room <!subteam^S1>"
)
LINKS = (
    "[text](http://evil.example) <http://evil.example|bank.example> [a]: http://evil.example <a href=x>b</a>"
)


@pytest.mark.parametrize("channel", SERVICES)
@pytest.mark.parametrize("text", [MENTIONS, LINKS], ids=["mentions", "masked links"])
def test_mentions_and_masked_links_of_a_player_are_plain_text_to_every_service(
    here: World, channel: str, text: str
) -> None:
    mail = told(here, channel, text)

    body = mail.text.replace("<b>", "") if channel.startswith("telegram") else mail.text  # of the title, ours
    assert not LIVE.search(re.sub(r"</?(b|br/?|pre|code)>", "", body)), mail.text


def test_discord_is_told_to_let_nobody_be_mentioned(here: World) -> None:
    assert told(here, "discord", "@everyone").json["allowed_mentions"] == {"parse": []}


@pytest.mark.parametrize("text", ["<b", "a & b", "<Steve> hi", "</pre>", "&lt;b&gt;", "<b>x", "<![CDATA["])
def test_telegram_gets_no_markup_that_it_would_refuse(here: World, text: str) -> None:
    body = told(here, "telegram", text).json["text"]

    assert "<" not in re.sub(r"</?(b|pre|code)>", "", body)
    assert not re.search(r"&(?!lt;|gt;|amp;|quot;|#x27;|#39;|emsp;|nbsp;)", body)


@pytest.mark.parametrize("size", [5_000, 3_900])
@pytest.mark.parametrize("channel", ["discord", "slack", "telegram"])
def test_thousands_of_characters_arrive_cut_to_what_the_service_takes(
    here: World, channel: str, size: int
) -> None:
    mail = told(here, channel, "\U0001f600" * (size // 4))

    limit = {"discord": 2_000, "slack": 35_000, "telegram": 4_096}[channel]
    body = mail.json.get("content") or mail.json.get("text") or mail.json["attachments"][0]["text"]
    assert len(body.encode("utf-16-le")) // 2 <= limit


def test_a_title_of_a_thousand_characters_is_cut(here: World) -> None:
    here.fresh().prints("says longtitle " + "t" * 1_000)

    mail = here.inbox.got("longtitle")
    assert len(mail.json["title"]) <= 260


@pytest.mark.parametrize(
    "line",
    [
        "```",
        "`````` @everyone ```",
        "``` ` `` ```` end",
        "~~~",
        "```\u200b```",
        "`\u200b`\u200b`",
        "\x1b[1m```\x1b[0m",
    ],
    ids=ascii,
)
def test_a_fence_inside_of_an_excerpt_does_not_end_it(here: World, line: str) -> None:
    server = here.fresh()
    server.prints(f"one {line}", f"two {line} {server.name}", f"quotes {server.name}")

    mail = here.inbox.got(f"{server.name} said")
    message = mail.json["message"]
    assert message.count("```") == 2, message
    inside = message.split("```")[1]
    assert f"two {line.replace('```', '')}"[:3] in inside
    assert "@everyone" not in message


@pytest.mark.parametrize(
    "text",
    ["\u202eevil\u202c", "\u2066x\u2069", "a\u200bb", "a\u2060b", "\ufeffx", "x\u0000y", "\x1b[31mx", "\u061cx",
     "\u00adx", "x\U000e0041y", "x\ufff9y", "x\u115fy", "x\u3164y"],
    ids=ascii,
)  # fmt: skip
def test_invisible_and_reordering_characters_do_not_reach_a_chat(here: World, text: str) -> None:
    server = here.fresh()
    server.prints(f"says {text} @everyone seen{server.name.replace('-', 'x')}")

    message = here.inbox.got(f"seen{server.name.replace('-', 'x')}").json["message"]
    assert message.replace("\n", "").replace("\u200b", "").isprintable(), ascii(message)
    assert "@everyone" not in message


def test_an_at_sign_that_an_invisible_letter_hides_is_still_made_harmless(here: World) -> None:
    server = here.fresh()
    server.prints("says @\u2060everyone <\u200b@123> hidden-mention")

    message = here.inbox.got("hidden-mention").json["message"]
    assert "@everyone" not in message
    assert "<@" not in message


@pytest.mark.parametrize("service", CALLS)
def test_a_player_who_types_the_mention_of_a_channel_calls_nobody_by_it(here: World, service: str) -> None:
    """The channel's own call is made once, and what a player typed is none, not even the same again."""
    mention = CALLS[service]
    mail = told(here, f"called-{service}", f"{mention} {MENTIONS}")

    text = mail.text.replace(mention, "", 1)
    assert text != mail.text
    assert mention not in text
    assert not LIVE.search(re.sub(r"</?(b|br/?|pre|code)>", "", text)), text
    if service == "discord":
        assert mail.json["allowed_mentions"] == {"parse": [], "roles": ["4711"]}


HTTP = "HTTP/1.1 {status} X\r\nContent-Length: 2\r\n{headers}\r\n{{}}"


def answering(*answers: str) -> Callable[[Mail], bytes]:
    left = list(answers)

    def respond(_: Mail) -> bytes:
        return (left.pop(0) if len(left) > 1 else left[0]).encode()

    return respond


@pytest.mark.parametrize(
    "retry_after",
    [
        "0",
        "3600",
        "-1",
        "NaN",
        "inf",
        "1e400",
        "9" * 400,
        "soon",
        "",
        "Wed, 99 Foo 2026 99:99:99 GMT",
        "\t",
        "0x10",
    ],
)
def test_a_rate_limit_of_any_wording_holds_up_its_own_channel_alone(here: World, retry_after: str) -> None:
    here.inbox.responds["busy.example"] = answering(
        HTTP.format(status=429, headers=f"Retry-After: {retry_after}\r\n")
    )
    server = here.fresh()
    server.prints(f"busy: x {server.name}", f"says after {server.name}")

    here.inbox.got(f"after {server.name}")
    here.served(server)


def test_a_service_that_never_answers_holds_up_its_own_channel_alone(here: World) -> None:
    here.inbox.responds["hanging.example"] = here.inbox.hangs
    server = here.fresh()
    server.prints("hanging: x", "dead: x", "says others go on")

    here.inbox.got("others go on")
    here.served(server)


def test_500_matches_at_once_are_taken_and_the_console_is_still_answered(here: World) -> None:
    server = here.fresh()
    server.prints(*(f"says flood {number}" for number in range(500)))

    here.served(server)
    told = here.inbox.got(f"{server.name}, says", "and ", " more").json["message"]
    assert told.count("flood") == 10, "the others are counted"


BUSY = {
    "429 at once": "HTTP/1.1 429 X\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n",
    "429 in an hour": "HTTP/1.1 429 X\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n",
    "429 in no words": "HTTP/1.1 429 X\r\nRetry-After: soon\r\nContent-Length: 0\r\n\r\n",
    "500": "HTTP/1.1 500 X\r\nContent-Length: 4\r\n\r\nno\x1b[",
    "502 of a proxy": "HTTP/1.1 502 X\r\nContent-Length: 6\r\n\r\n<html>",
    "404": "HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n",
    "a redirect": "HTTP/1.1 302 X\r\nLocation: https://discord.com/stolen\r\nContent-Length: 0\r\n\r\n",
    "no HTTP": "SSH-2.0-hello\r\n\r\n",
    "an end at once": "",
}


@pytest.mark.parametrize("answer", BUSY)
def test_a_service_that_refuses_is_asked_again_seldom_and_told_once_and_others_are_served(
    here: World, answer: str
) -> None:
    """Whatever wait it names: fifty messages are not fifty requests at once."""
    here.inbox.responds["down.example"] = answering(BUSY[answer])
    server = here.fresh()
    before = len(here.inbox.of("down.example"))
    server.prints(*(f"down: {number} {server.name}" for number in range(50)), f"says then {server.name}")

    here.inbox.got(f"then {server.name}")
    here.served(server)
    assert len(here.inbox.of("down.example")) - before <= (60 if answer == "404" else 5)
    assert here.inbox.found("stolen") == []
    assert len(here.lines("delivery.failed", "down/1")) <= len(BUSY)


@pytest.mark.long
def test_a_restart_with_a_full_outbox_ends_in_time_and_goes_on_with_what_was_left(tmp_path: Path) -> None:
    """Of 1,500 messages a thousand are kept; a service that hangs holds the end up for its own deadline at most."""
    with world(tmp_path, RULES, channels=CHANNELS, fresh=1) as made:
        for name, (_, url) in HOSTS.items():
            made.secret(f"{name}.url", url)
        made.inbox.responds["hanging.example"] = made.inbox.hangs
        for name in ("dead", "hanging", "busy", "down"):
            made.secret(f"{name}.url", f"jsons://{name}.example/{TOKEN}")
        server = made.fresh()
        with made.running():
            server.prints(*(f"hanging: {number}" for number in range(1_500)))
            made.served(server)
            made.daemon.tells("delivery.given_up", "hanging/1")
        made.daemon.tells("daemon.ended")
        made.inbox.responds["hanging.example"] = lambda _: b"HTTP/1.1 204 X\r\nContent-Length: 0\r\n\r\n"
        with made.running():
            made.inbox.got("1,000 incidents", "500 earlier", host="hanging.example")
            server.prints("hanging: after the restart")
            made.inbox.got("after the restart", host="hanging.example")


def test_twenty_thousand_matches_in_a_row_lose_messages_and_say_so_but_no_command(here: World) -> None:
    server, other = here.fresh(), here.fresh()
    for first in range(0, 20_000, 2_000):
        server.prints(*(f"busy: many {number}" for number in range(first, first + 2_000)))
    here.served(other)
    here.served_at_last(server)

    assert here.lines("delivery.given_up", "busy/1") or here.lines("lines.lost")
    assert here.answers(other, "nothing of it") == []


@pytest.mark.parametrize(
    "word", ["format=markdown", "format=html", "ping=@everyone", "template=/etc/passwd", "redirect=yes"]
)
def test_a_channel_whose_url_asks_for_live_markup_or_mentions_is_refused_at_load(
    here: World, word: str
) -> None:
    before = (here.folder / "discord.url").read_text()
    here.secret("discord.url", f"{before}?{word}")
    answer = here.ask("POST", "/v1/reload")
    here.secret("discord.url", before)

    assert not answer["taken"]
    assert "is not honoured" in "".join(answer["problems"])
    assert TOKEN[:12] not in str(answer)


def test_the_token_of_a_webhook_stands_at_no_level_of_the_log_and_in_no_status(here: World) -> None:
    """The log is kept at `debug` here, after refusals, hangs and deliveries."""
    here.served(here["lobby"])
    texts = [here.daemon.output(), str(here.ask("GET", "/v1/status"))]

    for name, (_, url) in HOSTS.items():
        assert not any(url in text for text in texts), name
    assert not any(TOKEN[:12] in text for text in texts)
