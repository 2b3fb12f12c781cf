"""What nobody holds is freed, though it has lived long."""

from __future__ import annotations

from weakref import ref

import anyio
import pytest
from trio.testing import MockClock

from automaton.daemon.garbage_collection import SWEPT_EVERY, sweep, sweep_again_and_again, tune
from tests.rules.watch import collector_as_before

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class Knot:
    """Holds itself, as the objects of a connection hold each other."""

    def __init__(self) -> None:
        self.end = self


async def test_a_link_that_ends_after_hours_leaves_nothing_behind() -> None:
    with collector_as_before():
        tune()
        link: Knot | None = Knot()
        seen = ref(link)
        sweep()  # from here on it is old, and no other collection looks at it
        link = None
        with anyio.move_on_after(SWEPT_EVERY * 1.5):
            await sweep_again_and_again()

        assert seen() is None
