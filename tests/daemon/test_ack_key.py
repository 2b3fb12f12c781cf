"""The key of links outlives the daemon, is its owner's alone, and is replaced where it might not be."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
import structlog

from automaton.daemon.ack_key import NAME, AckKey


def test_it_is_made_at_first_need_and_kept(tmp_path: Path) -> None:
    assert AckKey(tmp_path).known() is None
    assert list(tmp_path.iterdir()) == []

    made = AckKey(tmp_path).made()

    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600
    assert len(made.reveal()) == 64
    assert AckKey(tmp_path).known() == AckKey(tmp_path).made() == made


@pytest.mark.parametrize("text", ["", "short", "g" * 64, "a" * 63, "a" * 10_000, "é" * 32])
def test_what_is_no_key_of_ours_is_replaced(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    (tmp_path / NAME).chmod(0o600)
    key = AckKey(tmp_path)

    assert key.known() is None
    assert key.made() == AckKey(tmp_path).known()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_one_that_others_could_read_or_write_is_replaced(tmp_path: Path, mode: int) -> None:
    old = AckKey(tmp_path).made()
    (tmp_path / NAME).chmod(mode)

    assert AckKey(tmp_path).made() != old
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600


def test_who_tries_links_fills_no_log(tmp_path: Path) -> None:
    AckKey(tmp_path).made()
    (tmp_path / NAME).chmod(0o644)
    key = AckKey(tmp_path)
    with structlog.testing.capture_logs() as logs:
        assert [key.known() for _ in range(9)] == [None] * 9

    assert [line["event"] for line in logs] == ["ack.key_replaced"]


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("a" * 64)
    elsewhere.chmod(0o600)
    (tmp_path / NAME).symlink_to(elsewhere)
    key = AckKey(tmp_path).made()

    assert key.reveal() != "a" * 64
    assert elsewhere.read_text() == "a" * 64


def test_where_it_cannot_be_kept_it_holds_until_the_daemon_ends(tmp_path: Path) -> None:
    key = AckKey(tmp_path / "nowhere")

    assert key.made() == key.made() == key.known()
