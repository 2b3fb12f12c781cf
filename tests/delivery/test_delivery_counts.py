"""What became of messages, by channel."""

from __future__ import annotations

import anyio
import pytest
from trio.testing import MockClock

from automaton.delivery.delivery_counts import COUNTED_APART, OTHERS, DeliveryCounts, DeliveryOutcome
from automaton.errors import AutomatonError, Refused, Unreachable
from tests.delivery.postbox import OPS, Postbox, notice, working

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


@pytest.fixture
async def postbox(anyio_backend: object) -> Postbox:
    return Postbox()


def test_channels_beyond_the_bound_are_counted_together_and_none_is_lost() -> None:
    counts = DeliveryCounts()
    for number in range(COUNTED_APART + 10):
        counts.note(f"channel-{number}", DeliveryOutcome.SENT)
    counts.note("channel-0", DeliveryOutcome.SENT)

    assert counts.by_channel[OTHERS, DeliveryOutcome.SENT] == 10
    assert counts.by_channel["channel-0", DeliveryOutcome.SENT] == 2
    assert counts.by_channel.total() == COUNTED_APART + 11


async def test_tries_are_counted_by_how_they_ended_and_what_is_given_up_as_incidents(
    postbox: Postbox,
) -> None:
    def ends(url: str, second: float) -> AutomatonError | None:
        if second < 4000:
            return Unreachable("nobody there")
        return Refused("404", status=404) if second < 8000 else None

    postbox.fails = ends
    post = postbox.post(OPS)
    async with working(post):
        post.hand_over(notice("old"))
        post.hand_over(notice("old too"))
        await anyio.sleep(4100)
        post.hand_over(notice("refused"))
        await anyio.sleep(4000)
        post.hand_over(notice("arrives"))
        await post.drain(10_000)
    counts = {outcome: number for (_, outcome), number in post.counts.by_channel.items()}

    assert counts[DeliveryOutcome.TOO_OLD] == 2
    assert counts[DeliveryOutcome.FAILED] > 5
    assert counts[DeliveryOutcome.REFUSED] >= 1
    assert counts[DeliveryOutcome.SENT] == len(postbox.got) == 1
