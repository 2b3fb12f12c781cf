"""Handing over never waits; delivering is paced, retried while it is worth it, and each target for itself."""

from __future__ import annotations

from itertools import pairwise

import anyio
import pytest
from trio.testing import MockClock

from automaton.core.calls import Severity
from automaton.core.outcome import Result
from automaton.delivery.channel import Channel, SendRate
from automaton.delivery.message import Message
from automaton.delivery.records import MOST_KEPT
from automaton.errors import AutomatonError, Refused, TryLater, Unreachable
from automaton.secret import Secret
from tests.delivery.postbox import OPS, Postbox, notice, working

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


@pytest.fixture
async def postbox(anyio_backend: object) -> Postbox:
    return Postbox()


async def test_a_message_goes_to_every_target_of_its_channel(postbox: Postbox) -> None:
    post = postbox.post(Channel(name="ops", urls=(Secret("json://a"), Secret("json://b"))))
    async with working(post):
        outcome = post.hand_over(notice())
        left = await post.drain(10)

    assert outcome.result is Result.DONE
    assert sorted(url for _, url, _ in postbox.got) == ["json://a", "json://b"]
    assert left == 0


async def test_an_unknown_channel_is_refused_by_name(postbox: Postbox) -> None:
    outcome = postbox.post(OPS).hand_over(notice(channel="opps"))

    assert outcome.result is Result.REFUSED
    assert "`opps`" in outcome.detail


async def test_what_is_too_quiet_for_a_channel_is_not_sent_and_no_failure(postbox: Postbox) -> None:
    oncall = Channel(name="oncall", urls=(Secret("json://x"),), min_severity=Severity.CRITICAL)
    post = postbox.post(oncall)
    async with working(post):
        quiet = post.hand_over(notice(channel="oncall"))
        loud = post.hand_over(notice("loud", Severity.CRITICAL, "oncall"))
        await post.drain(10)

    assert (quiet.result, loud.result) == (Result.DONE, Result.DONE)
    assert postbox.texts == ["loud"]


async def test_more_than_the_rate_waits_for_its_minute(postbox: Postbox) -> None:
    post = postbox.post(Channel(name="ops", urls=(Secret("json://a"),), rate=SendRate(2, 60.0)))
    async with working(post):
        for number in range(5):
            post.hand_over(notice(str(number)))
        await post.drain(1000)

    assert [(round(second), message.lines[0].text) for second, _, message in postbox.got] == [
        (0, "0"),
        (0, "1"),
        (60, "2"),
        (60, "3"),
        (120, "4"),
    ]


async def test_an_outage_is_outlived_in_order_with_growing_waits(postbox: Postbox) -> None:
    postbox.fails = lambda url, second: Unreachable("nobody there") if second < 100 else None
    post = postbox.post(OPS)
    async with working(post):
        post.hand_over(notice("first"))
        post.hand_over(notice("second"))
        await post.drain(1000)

    assert postbox.texts == ["first", "second"]
    seconds = [second for second, _ in postbox.tries[:-1]]
    waits = [after - before for before, after in pairwise(seconds)]
    assert waits == sorted(waits)
    assert len(waits) == 7


async def test_every_try_of_a_message_carries_the_same_id(postbox: Postbox) -> None:
    postbox.fails = lambda url, second: Unreachable("nobody there") if second < 20 else None
    post = postbox.post(OPS)
    ids = []
    send = postbox.send

    async def noted(url: Secret, message: Message) -> None:
        ids.append(message.id)
        await send(url, message)

    postbox.send = noted  # type: ignore[method-assign]
    async with working(post):
        post.hand_over(notice())
        await post.drain(1000)

    assert len(ids) > 3
    assert len(set(ids)) == 1


@pytest.mark.parametrize("asked", [0.0, 30.0, 3600.0 / 2])
async def test_a_wait_that_the_service_asks_for_is_kept(postbox: Postbox, asked: float) -> None:
    def busy_at_first(url: str, second: float) -> AutomatonError | None:
        return TryLater("429", after=asked) if second == 0 else None

    postbox.fails = busy_at_first
    post = postbox.post(OPS)
    async with working(post):
        post.hand_over(notice())
        await post.drain(10_000)

    assert postbox.got[0][0] >= max(asked, 1.0)


async def test_what_is_older_than_the_age_limit_is_dropped_and_told(postbox: Postbox) -> None:
    postbox.fails = lambda url, second: Unreachable("nobody there") if second < 4000 else None
    post = postbox.post(OPS)
    async with working(post):
        post.hand_over(notice("old"))
        post.hand_over(notice("old too"))
        await anyio.sleep(3900)
        post.hand_over(notice("young"))
        await post.drain(10_000)
        post.hand_over(notice("younger"))
        await post.drain(10_000)

    assert postbox.texts == ["young", "younger"]
    assert [message.left_out for _, _, message in postbox.got] == [2, 0]


async def test_a_refusal_costs_one_message_and_holds_up_no_other(postbox: Postbox) -> None:
    postbox.fails = lambda url, second: Refused("404", status=404) if len(postbox.tries) == 1 else None
    post = postbox.post(OPS)
    async with working(post):
        post.hand_over(notice("refused"))
        post.hand_over(notice("next"))
        await post.drain(10)

    assert postbox.texts == ["next"]


async def test_a_dead_and_a_hanging_target_delay_no_other(postbox: Postbox) -> None:
    postbox.hangs = {"json://hangs"}
    postbox.fails = lambda url, second: Unreachable("no") if url == "json://dead" else None
    urls = (Secret("json://hangs"), Secret("json://dead"), Secret("json://alive"))
    post = postbox.post(Channel(name="ops", urls=urls))
    async with working(post):
        for number in range(10):
            post.hand_over(notice(str(number)))
        left = await post.drain(300)

    assert {(url, round(second)) for second, url, _ in postbox.got} == {("json://alive", 0)}
    assert postbox.texts == [str(number) for number in range(10)]
    assert left == 20


async def test_a_hanging_send_ends_at_its_deadline_and_is_tried_again(postbox: Postbox) -> None:
    postbox.hangs = {"json://ops"}
    post = postbox.post(OPS)
    async with working(post):
        post.hand_over(notice(severity=Severity.CRITICAL))
        await anyio.sleep(59)
        postbox.hangs = set()
        await anyio.sleep(100)

    assert [round(second) for second, _ in postbox.tries] == [0, 61]
    assert postbox.texts == ["hello"]


async def test_twenty_thousand_matches_end_in_a_bounded_outbox_that_keeps_the_critical(
    postbox: Postbox,
) -> None:
    post = postbox.post(OPS)
    outcomes = [post.hand_over(notice(str(number), Severity.INFO)) for number in range(20_000)]
    critical = post.hand_over(notice("critical", Severity.CRITICAL))
    async with working(post):
        await post.drain(3500)

    assert all(outcome.result is Result.DONE for outcome in outcomes)
    assert critical.result is Result.DONE
    assert len(postbox.got) == 1000
    assert postbox.texts[0] == "critical"
    assert postbox.got[0][2].left_out == 19_001
    assert len(postbox.reports) == 1000 + 2


async def test_when_criticals_alone_fill_the_outbox_the_run_is_told(postbox: Postbox) -> None:
    post = postbox.post(OPS)
    outcomes = [post.hand_over(notice(str(number), Severity.CRITICAL)) for number in range(MOST_KEPT + 1)]

    assert outcomes[-2].result is Result.DONE
    assert outcomes[-1].result is Result.FAILED
    assert "full" in outcomes[-1].detail


async def test_draining_gives_up_in_time_and_says_how_many_are_left(postbox: Postbox) -> None:
    postbox.fails = lambda url, second: Unreachable("nobody there")
    post = postbox.post(OPS)
    async with working(post):
        post.hand_over(notice())
        post.hand_over(notice())

        assert await post.drain(5) == 2


async def test_a_bug_in_a_sender_ends_the_post_loudly(postbox: Postbox) -> None:
    def buggy(url: str, second: float) -> AutomatonError | None:
        raise KeyError("a bug")

    postbox.fails = buggy
    post = postbox.post(OPS)
    post.hand_over(notice())

    with pytest.raises(ExceptionGroup) as caught:
        await post.run()
    assert caught.group_contains(KeyError)


async def test_a_late_message_says_how_late_it_is(postbox: Postbox) -> None:
    postbox.fails = lambda url, second: Unreachable("nobody there") if second < 600 else None
    post = postbox.post(OPS)
    async with working(post):
        post.hand_over(notice("old news"))
        await post.drain(10_000)
        post.hand_over(notice("news"))
        await post.drain(10_000)

    second, _, old = postbox.got[0]
    assert old.late == second
    assert old.body().endswith(f"#{old.id}, {second / 60:.0f}m late")
    assert postbox.got[1][2].late == 0.0


async def test_a_reload_leaves_what_waits_at_an_unchanged_target(postbox: Postbox) -> None:
    postbox.fails = lambda url, second: Unreachable("nobody there") if second < 10 else None
    post = postbox.post(OPS)
    async with working(post):
        post.hand_over(notice("before"))
        await anyio.sleep(1)
        post.change({"ops": OPS, "new": Channel(name="new", urls=(Secret("json://new"),))})
        post.hand_over(notice("after", channel="new"))
        await post.drain(100)

    assert sorted(postbox.texts) == ["after", "before"]


async def test_a_target_that_left_the_configuration_gets_what_it_was_given_and_no_more_tries(
    postbox: Postbox,
) -> None:
    dead, gone = Channel(name="dead", urls=(Secret("json://dead"),)), OPS
    postbox.fails = lambda url, second: Unreachable("nobody there") if url == "json://dead" else None
    post = postbox.post(dead, gone)
    async with working(post):
        post.hand_over(notice("taken"))
        post.hand_over(notice("lost", channel="dead"))
        post.change({})
        refused = post.hand_over(notice("refused"))
        await anyio.sleep(100)

    assert postbox.texts == ["taken"]
    assert refused.result is Result.REFUSED
    assert [url for _, url in postbox.tries].count("json://dead") == 1


async def test_a_post_without_channels_waits_for_a_reload(postbox: Postbox) -> None:
    post = postbox.post()
    async with working(post):
        await anyio.sleep(100)
        post.change({"ops": OPS})
        post.hand_over(notice())
        await post.drain(10)

    assert postbox.texts == ["hello"]


async def test_at_an_end_what_is_due_is_sent_and_what_waits_for_its_group_waits_on(postbox: Postbox) -> None:
    urls = (Secret("json://a"),)
    soon = Channel(name="soon", urls=urls, group_wait=0.0)
    later = Channel(name="later", urls=(Secret("json://b"),), group_wait=30.0)
    post = postbox.post(soon, later)
    async with working(post):
        post.hand_over(notice("due", channel="soon"))
        post.hand_over(notice("waits", channel="later"))
        await post.rest(10)

    assert postbox.texts == ["due"]
    assert sum(worker.outbox.unsent for worker in post.workers) == 1


async def test_at_an_end_a_service_that_hangs_is_not_waited_for_longer_than_asked(postbox: Postbox) -> None:
    postbox.hangs.add("json://a")
    post = postbox.post(Channel(name="ops", urls=(Secret("json://a"),), group_wait=0.0))
    async with working(post):
        post.hand_over(notice("due"))
        began = postbox.clock.now()
        await post.rest(5.0)

    assert round(postbox.clock.now() - began, 3) == 5.0
    assert sum(worker.outbox.unsent for worker in post.workers) == 1
