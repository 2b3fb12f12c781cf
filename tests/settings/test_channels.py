"""How channels are written: Alertmanager's words, with its defaults."""

from __future__ import annotations

import pytest

from automaton.core.calls import Severity
from tests.settings.stage import Folder

PANEL = "panels: {main: {url: https://panel.example.org, keys: {credential: panel_key}}}\n"


def channel(keys: str) -> str:
    return f"{PANEL}channels: {{ops: {{urls: {{credential: discord_ops}}{keys}}}}}\n"


def test_without_a_word_it_is_as_alertmanager_has_it(folder: Folder) -> None:
    settings = folder.load(channel("")).settings
    assert settings is not None

    ops = settings.channels["ops"]
    assert (ops.group_by, ops.min_severity) == (("rule", "node"), Severity.INFO)
    assert (ops.group_wait, ops.group_interval, ops.repeat, ops.max_age) == (30.0, 300.0, 14_400.0, 3600.0)
    assert ops.digest is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("[node, rule]", ("rule", "node")),
        ("server", ("server",)),
        ("[]", ()),
        ('["..."]', ("rule", "node", "server", "severity")),
        ('"..."', ("rule", "node", "server", "severity")),
    ],
)
def test_groups_are_by_some_labels_by_none_or_by_all(
    folder: Folder, written: str, meant: tuple[str, ...]
) -> None:
    settings = folder.load(channel(f", group_by: {written}")).settings
    assert settings is not None

    assert settings.channels["ops"].group_by == meant


def test_a_digest_has_an_hour_and_a_zone(folder: Folder) -> None:
    settings = folder.load(channel(', digest: {at: "09:30", tz: Europe/Berlin}')).settings
    assert settings is not None
    digest = settings.channels["ops"].digest
    assert digest is not None

    assert (digest.at, str(digest.tz)) == (9 * 3600 + 1800, "Europe/Berlin")


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("", []),
        (", repeat: 5m", []),
        (", repeat: 1m", [("warning", "repeat-too-short")]),
        (", repeat: 5m, group_interval: 10m", [("warning", "repeat-too-short")]),
        (", repeat: 1m, group_interval: 30s", []),
        (", max_age: 1m", [("warning", "max-age-too-short")]),
        (", max_age: 1m, group_interval: 30s", []),
        (", max_age: 5m, group_wait: 10m", [("warning", "max-age-too-short")]),
        (", max_age: 1m, group_wait: 10m", [("warning", "max-age-too-short")]),
        (", max_age: 20s, group_interval: 10s", [("warning", "max-age-too-short")]),
        (", min_severity: warning, digest: {at: '09:00', tz: UTC}", [("warning", "in-vain")]),
        (", min_severity: info, digest: {at: '09:00', tz: UTC}", []),
        (", min_severity: critical, mention: {warning: '<@1>', critical: '<@1>'}", [("warning", "in-vain")]),
        (", repeat: soon", [("error", "duration")]),
    ],
)
def test_what_no_group_can_keep_and_what_is_never_sent_is_a_warning(
    folder: Folder, keys: str, told: list[tuple[str, str]]
) -> None:
    assert [one[:2] for one in folder.told(channel(keys))] == told


def test_what_calls_more_than_a_message_has_room_for_is_a_mistake(folder: Folder) -> None:
    """The service would refuse each such message, and nobody would hear of what is critical."""

    def calling(roles: int) -> str:
        called = ", ".join(f"'<@&{10**18 + number}>'" for number in range(roles))
        return (
            PANEL
            + f"channels: {{ops: {{urls: [{{file: oncall.url}}], mention: {{critical: [{called}]}}}}}}\n"
        )

    assert folder.told(calling(40)) == []
    (problem,) = folder.load(calling(90)).problems
    assert (problem.code, problem.severity, problem.line) == ("too-long", "error", 2)
    assert "`critical` calls has 2159 characters, and at most 1000" in problem.message
