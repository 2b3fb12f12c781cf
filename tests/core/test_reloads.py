"""A reload that takes what changed alone comes to what one does that works everything out anew."""

from __future__ import annotations

import pytest

from tests.core.reloading import Reloading, differences
from tests.long import seeds

EVENTS = 50
"""Of which a third are reloads, and each reads a file."""


@pytest.mark.parametrize("seed", seeds(0, 2, 60))
def test_a_reload_by_what_changed_decides_and_leaves_what_one_of_everything_does(seed: int) -> None:
    one, other = (Reloading(seed, anew=anew) for anew in (False, True))

    for _ in range(EVENTS):
        one.let_time_pass()
        other.let_time_pass()
        what = one.happen()
        assert other.happen() == what
        if what == "reload":
            assert list(differences(one, other)) == []
    assert list(differences(one, other)) == []
    assert one.reloads >= 3  # else little was compared; most seeds have a dozen
