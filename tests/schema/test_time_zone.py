"""Time zones: by name, and what a machine says of itself."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest

from automaton.errors import Invalid
from automaton.schema.time_zone import zone, zone_of

BERLIN = Path("/usr/share/zoneinfo/Europe/Berlin")


def test_a_zone_has_a_name() -> None:
    assert zone("Europe/Berlin").key == "Europe/Berlin"


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [("Europe/Berln", "Europe/Berlin"), ("", ""), ("/etc/passwd", ""), ("x" * 300, "")],
)
def test_an_unknown_one_is_told_with_the_nearest(name: str, suggestion: str) -> None:
    with pytest.raises(Invalid) as caught:
        zone(name)

    assert caught.value.problem.suggestion == suggestion


def test_a_machine_s_variable_goes_before_its_file(tmp_path: Path) -> None:
    link = tmp_path / "localtime"
    link.symlink_to(BERLIN)

    assert str(zone_of("Asia/Tokyo", link)) == str(zone_of(":Asia/Tokyo", link)) == "Asia/Tokyo"
    assert str(zone_of("", link)) == "Europe/Berlin"


def test_a_file_of_its_own_is_read(tmp_path: Path) -> None:
    copy = tmp_path / "localtime"
    copy.write_bytes(BERLIN.read_bytes())

    assert str(zone_of("", copy)) == "localtime"


def test_a_machine_that_says_nothing_or_nonsense_has_utc(tmp_path: Path) -> None:
    (tmp_path / "junk").write_text("junk")

    assert zone_of("", tmp_path / "none") is zone_of("No/Where", tmp_path / "none") is UTC
    assert zone_of("", tmp_path / "junk") is UTC
