"""Which generations of Wings a check is played on. `make checks` makes its table of these marks."""

from __future__ import annotations

import pytest

from automaton.simulator.panel.panel_kind import PANELS
from automaton.simulator.wings.generation import G11, G12, G12_2, N_DEV, PELICAN, Generation

GENERATIONS = (G11, G12, G12_2, N_DEV, PELICAN)


def on(*generations: Generation) -> pytest.MarkDecorator:
    """Plays the test once for each."""
    return pytest.mark.parametrize("generation", generations, ids=lambda generation: generation.name)


EVERY = on(*GENERATIONS)
NEWER = on(G12, G12_2, N_DEV, PELICAN)
OLDER = on(G11, G12)
SCOPED = on(G12_2, N_DEV, PELICAN)
BUT_N_DEV = on(G11, G12, G12_2, PELICAN)
NEWER_BUT_N_DEV = on(G12, G12_2, PELICAN)
ONLY_G11 = on(G11)
ONLY_N_DEV = on(N_DEV)
ONLY_PELICAN = on(PELICAN)

EACH_PANEL = pytest.mark.parametrize("kind", PANELS.values(), ids=PANELS)
