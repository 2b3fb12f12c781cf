"""Channels of automaton.yml become those of delivery."""

from __future__ import annotations

from pathlib import Path

from automaton.core.calls import Severity
from automaton.daemon.channels import channels_of
from automaton.delivery.channel import Channel, SendRate
from automaton.secret import Secret
from automaton.settings.load import load

YML = """\
panels: {main: {url: "https://panel.example.org", keys: [{file: key}]}}
channels:
  ops: {urls: [{file: url}], min_severity: critical, rate: 3/10s, format: plain,
    mention: {critical: "<@&1>"}}
"""


def test_a_channel_keeps_its_targets_its_severity_its_rate_and_its_look(tmp_path: Path) -> None:
    for name, text in (("automaton.yml", YML), ("key", "ptlc_key"), ("url", "json://example.org/hook")):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o600)
    settings = load(tmp_path / "automaton.yml", {}).settings
    assert settings is not None

    assert channels_of(settings) == {
        "ops": Channel(
            name="ops",
            urls=(Secret("json://example.org/hook"),),
            min_severity=Severity.CRITICAL,
            rate=SendRate(3, 10.0),
            mentions={Severity.CRITICAL: ("<@&1>",)},
            is_plain=True,
        )
    }
