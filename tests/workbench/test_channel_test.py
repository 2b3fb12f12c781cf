"""A channel is tried by its files alone: what each service answered is told, and no secret is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automaton.core.calls import Severity
from automaton.daemon.channels import channels_of
from automaton.delivery.message import Message
from automaton.errors import AutomatonError, Refused, TryLater, Unreachable
from automaton.secret import Secret
from automaton.workbench.channel_test import channel_test

SETTINGS = """\
panels: {main: {url: "https://panel.example.org", keys: [{file: key}]}}
channels:
  ops: {urls: [{file: one.url}, {file: two.url}]}
  oncall: {urls: [{file: one.url}], min_severity: critical}
  called: {urls: [{file: discord.url}], mention: {critical: "<@&1234>"}}
  away: {urls: [{credential: nobody}]}
rules: rules.d
"""
TOKEN = "JHZ7lQml277CDHmQKMHI8qBe7bk2ZwO5UKjCiOAF7711"


class Service:
    """Takes messages, or fails by the URL."""

    def __init__(self, fails: dict[str, AutomatonError] | None = None) -> None:
        self.fails = fails or {}
        self.got: list[tuple[str, Message]] = []

    async def send(self, url: Secret, message: Message) -> None:
        self.got.append((url.reveal(), message))
        for part, error in self.fails.items():
            if part in url.reveal():
                raise error


@pytest.fixture
def config(tmp_path: Path) -> Path:
    urls = {"one": f"json://one/{TOKEN}", "two": f"ntfy://two/{TOKEN}", "discord": f"discord://4174/{TOKEN}"}
    (tmp_path / "rules.d").mkdir()
    for name, text in {"key": "ptlc_key", **{f"{name}.url": url for name, url in urls.items()}}.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o600)
    (tmp_path / "automaton.yml").write_text(SETTINGS)
    return tmp_path / "automaton.yml"


def tried(config: Path, name: str, service: Service, *, as_json: bool = False) -> int:
    return channel_test(config, name, channels_of, as_json=as_json, sender=service)


def test_each_url_gets_a_message_of_each_severity(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    service = Service()

    assert tried(config, "ops", service) == 0
    assert [message.severity for _, message in service.got] == [*Severity, *Severity]
    assert [message.title for _, message in service.got][:3] == [
        "🔵 Test of ops: info",
        "🟠 Test of ops: warning",
        "🔴 Test of ops: critical",
    ]
    assert "Nothing happened." in service.got[0][1].body()
    assert capsys.readouterr().out.splitlines() == [
        f"{target}, {severity}: sent: the service took it"
        for target in ("ops/1 (JSON)", "ops/2 (ntfy)")
        for severity in ("info", "warning", "critical")
    ]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Refused("the service answered 404: is its URL still right?"), "answered 404"),
        (TryLater("the service answered 500"), "answered 500"),
        (Unreachable("the service could not be reached"), "could not be reached"),
    ],
)
def test_what_a_service_refuses_is_told_and_the_others_are_tried(
    config: Path, capsys: pytest.CaptureFixture[str], error: AutomatonError, said: str
) -> None:
    assert tried(config, "ops", Service({"one": error})) == 1

    printed = capsys.readouterr()
    assert printed.err.count(said) == 3
    assert printed.out.count("ops/2 (ntfy)") == 3
    assert TOKEN[:12] not in printed.out + printed.err


def test_what_the_channel_never_sends_is_not_sent(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    service = Service()

    assert tried(config, "oncall", service) == 0
    assert [message.severity for _, message in service.got] == [Severity.CRITICAL]
    assert capsys.readouterr().out.count("skipped: the channel takes `critical` and above") == 2


def test_its_mention_is_tried_too(config: Path) -> None:
    service = Service()

    assert tried(config, "called", service) == 0
    assert [message.mentions for _, message in service.got] == [(), (), ("<@&1234>",)]


def test_a_url_that_cannot_be_read_here_is_told(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tried(config, "away", Service()) == 1
    assert "away/1, info: failed: its URL cannot be read here" in capsys.readouterr().err


def test_a_credential_is_read_from_where_systemd_takes_it(config: Path) -> None:
    unit, source = config.parent / "automaton.service", config.parent / "one.url"
    unit.write_text(f"[Service]\nLoadCredential=nobody:{source}\n")
    service = Service()

    assert tried(config, "away", service) == 0
    assert {url for url, _ in service.got} == {f"json://one/{TOKEN}"}


def test_for_programs(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tried(config, "ops", Service({"two": TryLater("the service answered 500")}), as_json=True) == 1

    told = json.loads(capsys.readouterr().out)
    assert told["channel"] == "ops"
    assert told["answers"][3] == {
        "target": "ops/2", "service": "ntfy", "severity": "info", "result": "failed",
        "detail": "the service answered 500",
    }  # fmt: skip


def test_a_name_that_is_none_is_told_with_those_there_are(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tried(config, "osp", Service()) == 1
    assert capsys.readouterr().err == (
        "there is no channel `osp`, did you mean `ops`?; there are: `away`, `called`, `oncall`, `ops`\n"
    )


def test_a_file_that_is_wrong_is_told_as_check_tells_it(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text(SETTINGS.replace("urls", "urlz", 1))

    assert tried(config, "ops", Service()) == 78
    assert "did you mean `urls`?" in capsys.readouterr().err
