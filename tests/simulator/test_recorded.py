"""The simulator says what a real Wings said, in the same order and within half a second."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulator.replay import recorded, simulated

FOLDER = Path(__file__).parent / "recorded"
RECORDINGS = sorted(FOLDER.glob("*.jsonl"))
HALF_A_SECOND = 500.0
SAMPLES = 4  # their phase within a second is free, and one a run


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_a_recorded_conversation_goes_the_same_way(path: Path) -> None:
    real, ours = recorded(path), simulated(path)

    assert set(ours) == set(real)
    for key, told in real.items():
        if key[1] == "stats":
            assert abs(len(ours[key]) - len(told)) <= SAMPLES, key
            continue
        assert sorted_pulls([one.text for one in ours[key]]) == sorted_pulls([one.text for one in told]), key
        late = [
            (theirs, mine)
            for theirs, mine in zip(told, ours[key], strict=True)
            if abs(theirs.ms - mine.ms) > HALF_A_SECOND
        ]
        assert late == [], key


def sorted_pulls(lines: list[str]) -> list[str]:
    """The two lines about the image come in either order."""
    lines = list(lines)
    for place in range(len(lines) - 1):
        pair = lines[place : place + 2]
        if all("Docker container image" in line for line in pair):
            lines[place : place + 2] = sorted(pair)
    return lines
