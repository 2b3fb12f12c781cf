"""What the daemon's lines mean."""

from __future__ import annotations

import pytest

from automaton.wings.daemon_lines import Said, Saying, understand


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("---------- Detected server process in a crashed state! ----------", Said(Saying.CRASHED)),
        ("Exit code: 137", Said(Saying.EXIT_CODE, 137)),
        ("Exit code: -1", Said(Saying.EXIT_CODE, -1)),
        ("Out of memory: true", Said(Saying.OUT_OF_MEMORY, True)),
        ("Out of memory: false", Said(Saying.OUT_OF_MEMORY, False)),
        (
            "Aborting automatic restart, last crash occurred less than 60 seconds ago.",
            Said(Saying.CRASHED_AGAIN),
        ),
        (
            "Aborting automatic restart, last crash occurred less than 300 seconds ago.",
            Said(Saying.CRASHED_AGAIN),
        ),
        (
            "Aborting automatic restart, crash detection is disabled for this instance.",
            Said(Saying.NO_DETECTION),
        ),
        (
            "Server crash was detected but an error occurred while handling it.",
            Said(Saying.RESTART_FAILED),
        ),
        (
            "Server is exceeding the assigned disk space limit, stopping process now.",
            Said(Saying.DISK_EXCEEDED),
        ),
        ("Server is outputting console data too quickly -- throttling...", Said(Saying.THROTTLED)),
    ],
)
def test_a_saying_is_understood(text: str, said: Said) -> None:
    assert understand(text) == said


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
    assert understand(text) is None
