"""docs/channels.md tells the truth: each URL is built, each key is named, each figure is that of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from automaton.core.calls import Severity
from automaton.delivery.apprise import NOT_OURS, check_mention, check_url, service_of
from automaton.delivery.services import PRIORITIES
from automaton.secret import Secret
from automaton.settings.channels import ChannelSettings
from automaton.settings.load import load

PAGE = (Path(__file__).parents[2] / "docs" / "channels.md").read_text(encoding="utf-8")
SERVICES = ("Discord", "Slack", "Telegram", "ntfy", "Gotify", "Matrix", "Teams", "Pushover", "e-mail")


def rows(head: str) -> list[list[str]]:
    """The cells of the table with this first cell of its head."""
    table = PAGE.partition(f"\n| {head} |")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in table.split("\n")[2:]]


URLS = {row[0]: row[1].strip("`") for row in rows("service")[: len(SERVICES)]}


def test_each_service_has_its_example() -> None:
    assert tuple(URLS) == SERVICES


@pytest.mark.parametrize("service", SERVICES)
def test_the_example_is_taken_as_it_is(service: str) -> None:
    url = Secret(URLS[service])

    assert check_url(url) is None
    assert service.lower() in service_of(url).lower()


@pytest.mark.parametrize("url", re.findall(r"`([a-z]+://(?!ID)[^`]+)`", PAGE.partition("## The keys")[0]))
def test_no_other_url_of_the_page_is_wrong(url: str) -> None:
    if not url.startswith("https://") and not url.endswith("://"):
        assert check_url(Secret(url)) is None


def test_every_key_of_a_channel_stands_on_the_page() -> None:
    named = {name for row in rows("key") for name in re.findall(r"`(\w+)`", row[0])}

    assert named == set(ChannelSettings.known_keys())


def test_what_is_not_taken_from_a_url_is_named() -> None:
    assert set(
        re.findall(r"`(\w+)`", PAGE.partition("`check` says so: ")[2].partition(" and some")[0])
    ) <= set(NOT_OURS)


def test_the_priorities_are_those_of_the_code() -> None:
    for row, severity in zip(
        rows("severity"), (Severity.CRITICAL, Severity.WARNING, Severity.INFO), strict=True
    ):
        told = [cell.strip("`").partition(",")[0] for cell in row[1:4]]

        assert told == [str(PRIORITIES[f"Notify{name}"][severity]) for name in ("Ntfy", "Gotify", "Pushover")]


def test_each_mention_is_one_there() -> None:
    table = PAGE.partition("## Mentions")[2].partition("## ")[0]
    found = {
        service: re.findall(r'`"([^"]+)"`', row)
        for service, row in re.findall(r"^\| (Discord|Slack|Telegram|Matrix) \| (.*)", table, re.MULTILINE)
    }

    assert set(found) == {"Discord", "Slack", "Telegram", "Matrix"}
    for service, mentions in found.items():
        for mention in mentions:
            written = mention.replace("ROLE_ID", "1234").replace("USER_ID", "1234")
            assert check_mention(Secret(URLS[service]), written) is None


def test_the_files_on_the_page_are_right(tmp_path: Path) -> None:
    for number, example in enumerate(re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)):
        file = tmp_path / f"{number}.yml"
        file.write_text(f"panels: {{main: {{url: 'https://p.example.org', keys: [{{env: K}}]}}}}\n{example}")
        (tmp_path / "ntfy.url").write_text("ntfys://ntfy.sh/x")
        (tmp_path / "ntfy.url").chmod(0o600)

        problems = load(file, {"K": "ptlc_x"}, in_service=False).problems
        assert [one for one in problems if one.severity != "note"] == []
