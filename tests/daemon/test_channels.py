"""Channels of automaton.yml become those of delivery."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from automaton.core.calls import Severity
from automaton.daemon.channels import channels_of
from automaton.delivery.channel import Channel, Label, SendRate
from automaton.delivery.digest import Digest
from automaton.secret import Secret
from automaton.settings.load import load

YML = """\
panels: {main: {url: "https://panel.example.org", keys: [{file: key}]}}
channels:
  ops: {urls: [{file: url}], min_severity: critical, rate: 3/10s, group_by: [server],
        group_wait: 1m, group_interval: 10m, repeat: 1h, max_age: 2h, digest: {at: "09:00", tz: UTC},
        format: plain, mention: {critical: "<@&1>"}}
"""


def test_a_channel_keeps_all_that_is_written_of_it(tmp_path: Path) -> None:
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
            group_by=(Label.SERVER,),
            group_wait=60.0,
            group_interval=600.0,
            repeat=3600.0,
            max_age=7200.0,
            digest=Digest(9 * 3600, ZoneInfo("UTC")),
            rate=SendRate(3, 10.0),
            mentions={Severity.CRITICAL: ("<@&1>",)},
            is_plain=True,
        )
    }
