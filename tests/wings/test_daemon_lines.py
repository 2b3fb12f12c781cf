"""What the daemon's lines mean."""

from __future__ import annotations

import pytest

from automaton.wings.daemon_lines import DaemonLine, DaemonLineKind, read_daemon_line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "---------- Detected server process in a crashed state! ----------",
            DaemonLine(DaemonLineKind.CRASHED),
        ),
        ("Exit code: 137", DaemonLine(DaemonLineKind.EXIT_CODE, 137)),
        ("Exit code: -1", DaemonLine(DaemonLineKind.EXIT_CODE, -1)),
        ("Out of memory: true", DaemonLine(DaemonLineKind.OUT_OF_MEMORY, True)),
        ("Out of memory: false", DaemonLine(DaemonLineKind.OUT_OF_MEMORY, False)),
        (
            "Aborting automatic restart, last crash occurred less than 60 seconds ago.",
            DaemonLine(DaemonLineKind.CRASHED_AGAIN),
        ),
        (
            "Aborting automatic restart, last crash occurred less than 300 seconds ago.",
            DaemonLine(DaemonLineKind.CRASHED_AGAIN),
        ),
        (
            "Aborting automatic restart, crash detection is disabled for this instance.",
            DaemonLine(DaemonLineKind.NO_DETECTION),
        ),
        (
            "Server crash was detected but an error occurred while handling it.",
            DaemonLine(DaemonLineKind.RESTART_FAILED),
        ),
        (
            "Server is exceeding the assigned disk space limit, stopping process now.",
            DaemonLine(DaemonLineKind.DISK_EXCEEDED),
        ),
        (
            "Server is outputting console data too quickly -- throttling...",
            DaemonLine(DaemonLineKind.THROTTLED),
        ),
    ],
)
def test_a_line_of_the_daemon_is_understood(text: str, said: DaemonLine) -> None:
    assert read_daemon_line(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Finished pulling Docker container image",
        "Exit code: ",
        "Exit code: 99999999999",
        "Exit code: 1 (and more)",
        "Out of memory: maybe",
        "<Eve> Exit code: 1",
        "exit code: 1",
    ],
)
def test_anything_else_is_a_notice_for_people(text: str) -> None:
    assert read_daemon_line(text) is None
