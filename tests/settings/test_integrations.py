"""What rules share with the outside world."""

from __future__ import annotations

from tests.settings.stage import PANEL, Folder


def test_a_program_has_a_path_arguments_and_a_time(folder: Folder) -> None:
    programs = "{rotate: {argv: [/usr/local/bin/rotate, 010]}, one: {argv: /bin/true, timeout: 5m}}"
    settings = folder.load(f"{PANEL}exec: {programs}").settings

    assert settings is not None
    assert {name: (one.argv, one.timeout) for name, one in settings.exec_.items()} == {
        "rotate": (("/usr/local/bin/rotate", "010"), 30.0),
        "one": (("/bin/true",), 300.0),
    }
