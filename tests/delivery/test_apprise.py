"""What Apprise really posts, to a receiver on this machine, when a player types his worst.

The receiver stands where Discord, Slack and Telegram would; real plugins, real threads, real time.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import anyio
import pytest
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.slack import NotifySlack
from apprise.plugins.telegram import NotifyTelegram

from automaton.core.calls import Notify, Severity
from automaton.core.moment import Moment
from automaton.delivery.apprise import AppriseSender, check_url
from automaton.delivery.message import Message, compose
from automaton.delivery.safe_text import BREAK, width
from automaton.errors import Refused, TryLater, Unreachable
from automaton.pace.backoff import LONGEST_ASKED
from automaton.secret import Secret

pytestmark = pytest.mark.anyio

TOKEN = "JHZ7lQml277CDHmQKMHI8qBe7bk2ZwO5UKjCiOAF7711"
DISCORD = f"discord://417429632418316298/{TOKEN}"
SLACK = f"slack://T1JJ3T3L2/A1BRTD4JD/{TOKEN[:24]}/#ops"
TELEGRAM = f"tgram://123456789:{TOKEN[:35]}/12345/"
YEAR_2100 = "4102444800"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Receiver:
    """A web service that keeps what it gets and answers as it is told."""

    port: int = 0
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    held: threading.Event = field(default_factory=threading.Event)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def json(self) -> str:
        return f"json://127.0.0.1:{self.port}/{TOKEN}"


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """The library's addresses of three services lead to the receiver."""
    receiver = Receiver()
    receiver.held.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            receiver.paths.append(self.path)
            receiver.bodies.append(json.loads(body))
            receiver.held.wait(10)
            self.send_response(receiver.status)
            answer = b"ok" if self.path.startswith("/slack") else b"{}"
            for name, value in {"Content-Length": str(len(answer)), **receiver.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.port = server.server_port
    monkeypatch.setattr(NotifyDiscord, "notify_url", f"{receiver.origin}/discord")
    monkeypatch.setattr(NotifySlack, "webhook_url", f"{receiver.origin}/slack")
    monkeypatch.setattr(NotifyTelegram, "notify_url", f"{receiver.origin}/telegram/bot")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield receiver
    receiver.held.set()
    server.shutdown()
    thread.join()
    server.server_close()


def message(
    text: str, *, title: str = "", excerpt: bool = False, severity: Severity = Severity.WARNING
) -> Message:
    spans = ((0, len(text)),) if excerpt else ()
    notify = Notify(
        server="s1", channel="ops", text=text, title=title, rule="mem-high", severity=severity, excerpts=spans
    )
    return compose(notify, Moment(0.0, 0.0), 1)


async def posted(receiver: Receiver, url: str, message: Message) -> Any:
    """The body of the one request that a message made."""
    await AppriseSender().send(Secret(url), message)
    (body,) = receiver.bodies
    return body


def slack_text(body: Any) -> str:
    return str(body["attachments"][0]["text"])


MENTIONS = "@everyone @here <@123> <@&456> <#789>"


@pytest.mark.parametrize(
    "way", ["", "?format=markdown", "?format=markdown&ping=@everyone", "?template=/etc/passwd"]
)
async def test_discord_is_told_to_mention_nobody_in_every_format(receiver: Receiver, way: str) -> None:
    body = await posted(receiver, DISCORD + way, message(MENTIONS))

    assert body["allowed_mentions"] == {"parse": []}
    assert "embeds" not in body
    assert "@everyone" not in body["content"]
    assert "@here" not in body["content"]
    assert "<@" not in body["content"]
    assert f"@{BREAK}everyone @{BREAK}here" in body["content"]


async def test_discord_shows_title_text_and_id_as_one_message(receiver: Receiver) -> None:
    sent = message("memory 95 %")

    body = await posted(receiver, DISCORD, sent)

    assert body["content"] == f"mem-high (warning)\nmemory 95 %\n#{sent.id}"
    assert receiver.paths == [f"/discord/417429632418316298/{TOKEN}"]


@pytest.mark.parametrize(
    "text", ["{{app_title}} {{ app_body }}", '"}, "content": "x', "\\u0040everyone \\n", "{{7*7}}"]
)
async def test_text_cannot_change_the_template_it_stands_in(receiver: Receiver, text: str) -> None:
    body = await posted(receiver, DISCORD, message(text))

    assert text in body["content"]
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

    _, excerpt, foot = body["content"].split("```")
    assert "everyone" in excerpt
    assert foot.startswith("\n#")


@pytest.mark.parametrize(("url", "limit"), [(DISCORD, 2000), (TELEGRAM, 4096), (SLACK, 35_000)])
@pytest.mark.parametrize("char", ["x", "😀", "\n", "<", ":a:", "```\n", "@"])
async def test_5000_characters_fit_into_what_the_service_takes(
    receiver: Receiver, url: str, limit: int, char: str
) -> None:
    sent = message("begin " + char * 5000 + " end", title="t" * 300, excerpt=True)
    body = await posted(receiver, url, sent)

    text = body.get("content") or body.get("text") or slack_text(body)
    shown = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert width(shown) <= limit
    assert "begin" in shown
    assert shown.endswith(f"#{sent.id}")
    assert shown.count("```") % 2 == 0


async def test_a_title_of_300_is_cut(receiver: Receiver) -> None:
    body = await posted(receiver, receiver.json, message("x", title="t" * 300))

    assert body["title"] == "t" * 249 + "…"


@pytest.mark.parametrize(
    ("severity", "kind"),
    [(Severity.INFO, "info"), (Severity.WARNING, "warning"), (Severity.CRITICAL, "failure")],
)
async def test_severity_becomes_the_kind_that_services_colour(
    receiver: Receiver, severity: Severity, kind: str
) -> None:
    assert (await posted(receiver, receiver.json, message("x", severity=severity)))["type"] == kind


@pytest.mark.parametrize("asked", ["0", "3600", "garbage", "-1"])
async def test_a_429_is_weather_whatever_its_retry_after_says(receiver: Receiver, asked: str) -> None:
    receiver.status, receiver.headers = 429, {"Retry-After": asked}

    with pytest.raises(TryLater):
        await AppriseSender().send(Secret(receiver.json), message("x"))


async def test_a_wait_that_discord_asks_for_is_handed_on_instead_of_slept(receiver: Receiver) -> None:
    receiver.status = 429
    receiver.headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": YEAR_2100}

    with pytest.raises(TryLater) as caught:
        await AppriseSender().send(Secret(DISCORD), message("x"))

    assert caught.value.after == LONGEST_ASKED
    assert len(receiver.paths) == 1


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_an_error_of_the_service_is_weather(receiver: Receiver, status: int) -> None:
    receiver.status = status

    with pytest.raises(TryLater, match=str(status)):
        await AppriseSender().send(Secret(receiver.json), message("x"))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
async def test_an_answer_that_no_repeat_turns_is_a_refusal(receiver: Receiver, status: int) -> None:
    receiver.status = status

    with pytest.raises(Refused, match=str(status)) as caught:
        await AppriseSender().send(Secret(receiver.json), message("x"))

    assert caught.value.status == status


async def test_a_closed_port_is_weather() -> None:
    with pytest.raises(Unreachable):
        await AppriseSender().send(Secret("json://127.0.0.1:1/x"), message("x"))


async def test_a_url_that_cannot_be_used_is_a_refusal_that_hides_it() -> None:
    with pytest.raises(Refused) as caught:
        await AppriseSender().send(Secret(f"slack://{TOKEN}"), message("x"))

    assert TOKEN not in str(caught.value)


async def test_a_hanging_service_can_be_left_and_holds_up_no_other(receiver: Receiver) -> None:
    receiver.held.clear()
    sender = AppriseSender()
    with anyio.move_on_after(0.2) as scope:
        await sender.send(Secret(receiver.json), message("hangs"))
    assert scope.cancelled_caught

    receiver.held.set()
    await sender.send(Secret(f"{receiver.json}/other"), message("goes"))

    assert len(receiver.paths) == 2


@pytest.mark.parametrize("way", ["", "?redirect=yes"])
async def test_a_redirect_is_not_followed(receiver: Receiver, way: str) -> None:
    receiver.status, receiver.headers = 307, {"Location": f"{receiver.origin}/elsewhere"}

    with pytest.raises(TryLater):
        await AppriseSender().send(Secret(receiver.json + way), message("x"))

    assert len(receiver.paths) == 1


async def test_a_failure_counts_though_the_url_calls_it_optional(receiver: Receiver) -> None:
    receiver.status = 500

    with pytest.raises(TryLater):
        await AppriseSender().send(Secret(f"{receiver.json}?optional=yes&retry=5&wait=1"), message("x"))

    assert len(receiver.paths) == 1


class Everything(logging.Handler):
    """Keeps all that reaches the root logger."""

    def __init__(self) -> None:
        super().__init__(0)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


async def test_a_webhook_token_is_in_no_log_at_any_level(
    receiver: Receiver, capfd: pytest.CaptureFixture[str]
) -> None:
    everything, root = Everything(), logging.getLogger()
    before = root.level
    root.addHandler(everything)
    root.setLevel(1)
    errors = []
    try:
        for status in (200, 404, 429, 500):
            receiver.status = status
            for url in (DISCORD, SLACK, TELEGRAM, receiver.json, f"json://127.0.0.1:1/{TOKEN}"):
                try:
                    await AppriseSender().send(Secret(url), message("x"))
                except (TryLater, Unreachable, Refused) as error:
                    errors.append(repr(error))
        errors += [
            check_url(Secret(f"{kind}://{TOKEN}")) or "" for kind in ("discord", "slack", TOKEN, "mqtt")
        ]
    finally:
        root.removeHandler(everything)
        root.setLevel(before)

    heard = "\n".join([*everything.lines, *errors, *capfd.readouterr()])
    assert TOKEN[:24] not in heard
    assert TOKEN[:24].lower() not in heard
    assert len(errors) > 10


@pytest.mark.parametrize(
    "url",
    [
        DISCORD,
        f"https://discord.com/api/webhooks/417429632418316298/{TOKEN}",
        SLACK,
        TELEGRAM,
        "json://host/x",
    ],
)
def test_a_good_url_passes_the_check(url: str) -> None:
    assert check_url(Secret(url)) is None


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "this is no Apprise URL"),
        (TOKEN, "this is no Apprise URL"),
        (f"nosuch://{TOKEN}", "`nosuch://` is no service that Apprise knows"),
        (f"https://example.org/{TOKEN}", "`https://` is no service that Apprise knows"),
        (f"slack://{TOKEN}", "does not take this `slack://` URL"),
        ("json://", "does not take this `json://` URL"),
        (f"{DISCORD}?ping=@here&format=markdown", "`format=`, `ping=` in the URL is not honoured"),
        ("mqtt://host/topic", "`mqtt://` needs paho-mqtt"),
    ],
)
def test_a_bad_url_is_explained_without_its_secret(url: str, says: str) -> None:
    sentence = check_url(Secret(url))

    assert sentence is not None
    assert says in sentence
    assert TOKEN not in sentence
