"""A worker outlives what its service does, sends nothing before it is written, and forgets nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from itertools import pairwise

import anyio
import pytest
import structlog
from trio.testing import MockClock

from automaton.core.calls import Severity
from automaton.core.outcome import Result
from automaton.delivery.channel import Channel, Label, SendRate
from automaton.delivery.digest import Digest
from automaton.delivery.report import Fate
from automaton.delivery.surroundings import IncidentStatus
from automaton.delivery.target import key_of
from automaton.errors import AutomatonError, Refused, TryLater, Unreachable
from automaton.secret import Secret
from tests.delivery.postbox import OPS, Postbox, notice, working

pytestmark = pytest.mark.anyio

A, B = Secret("json://a"), Secret("json://b")
CRITICAL = Severity.CRITICAL


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


@pytest.fixture
async def postbox(anyio_backend: object) -> Postbox:
    return Postbox()


async def test_nothing_is_sent_before_it_is_written(postbox: Postbox) -> None:
    post = postbox.post(OPS)
    postbox.store.disk = anyio.Event()
    async with working(post):
        post.hand_over(notice(severity=CRITICAL, number=1))
        await anyio.sleep(100)
        before = list(postbox.tries)
        postbox.store.disk.set()
        await anyio.sleep(1)

    assert before == []
    assert postbox.texts == ["hello"]
    assert [name for name in postbox.store.writes[0] if name.endswith("/notice/1")]


@pytest.mark.parametrize(
    "fault",
    [
        None,
        Unreachable("connection refused"),
        TryLater("500"),
        TryLater("429", after=0.0),
        TryLater("429", after=3600.0),
        Refused("403", status=403),
    ],
    ids=["hangs", "refuses the connection", "500", "429 with 0", "429 with an hour", "403"],
)
async def test_a_target_out_of_order_delays_no_other_and_loses_nothing_critical(
    postbox: Postbox, fault: AutomatonError | None
) -> None:
    if fault is None:
        postbox.hangs = {"json://ill"}
    postbox.fails = lambda url, second: fault if url == "json://ill" and second < 1800 else None
    ill, well = (
        Channel(name=name, urls=(Secret(f"json://{name}"),), max_age=3 * 3600.0) for name in ("ill", "well")
    )
    post = postbox.post(ill, well)
    async with working(post):
        for number in range(1, 11):
            for channel in ("ill", "well"):
                post.hand_over(notice(f"s{number}", CRITICAL, channel, number=number))
        await anyio.sleep(1800)
        postbox.hangs.clear()
        await anyio.sleep(2 * 3600)

    on_time = [second for second, url, _ in postbox.got if url == "json://well"]
    told = {line for _, url, message in postbox.got if url == "json://ill" for line in [message.title]}
    assert len(on_time) == 10
    assert max(on_time) < 1.0
    assert len(told) == 10


async def test_a_message_that_is_refused_is_reported_with_its_incidents(postbox: Postbox) -> None:
    postbox.fails = lambda url, second: Refused("404", status=404)
    post = postbox.post(OPS)
    async with working(post):
        post.hand_over(notice(number=1))
        await anyio.sleep(100)

    refused, given_up = postbox.reports
    assert (refused.fate, refused.target, refused.refs) == (Fate.REFUSED, "ops/1", ("down/hello/1",))
    assert (given_up.refs, given_up.detail) == (("down/hello/1",), "1 not told: refused")


async def test_what_arrived_is_reported_by_its_id(postbox: Postbox) -> None:
    post = postbox.post(OPS)
    async with working(post):
        post.hand_over(notice(number=1))
        await anyio.sleep(100)

    (report,) = postbox.reports
    sent = postbox.got[0][2]
    assert (report.fate, report.id) == (Fate.SENT, sent.id)
    assert report.title
    assert sent.title.endswith(report.title)


async def test_not_now_slows_a_target_down(postbox: Postbox) -> None:
    postbox.fails = lambda url, second: TryLater("429") if second < 60 else None
    post = postbox.post(replace(OPS, rate=SendRate(60, 60.0)))
    async with working(post):
        for number in range(1, 6):
            post.hand_over(notice(f"s{number}", CRITICAL, number=number))
        await anyio.sleep(600)

    seconds = [second for second, _, _ in postbox.got]
    gaps = [after - before for before, after in pairwise(seconds)]
    assert len(seconds) == 5
    assert gaps[0] > 5.0
    assert gaps == sorted(gaps, reverse=True)


async def test_a_retry_does_not_wait_for_the_next_try(postbox: Postbox) -> None:
    postbox.fails = lambda url, second: TryLater("429", after=3600.0) if second < 100 else None
    post = postbox.post(OPS)
    async with working(post):
        post.hand_over(notice(severity=CRITICAL, number=1))
        await anyio.sleep(200)
        tried = (post.retry("opps"), post.retry("ops"), post.retry("ops/1"), post.retry())
        await anyio.sleep(1)

    assert tried == (None, ["ops/1"], ["ops/1"], ["ops/1"])
    assert [round(second) for second, _, _ in postbox.got] == [200]


async def test_another_process_goes_on_where_the_last_was_killed(postbox: Postbox) -> None:
    async with working(post := postbox.post(OPS)):
        post.hand_over(notice("a", number=1))
        await anyio.sleep(10)
    async with working(post := postbox.post(OPS)):
        await anyio.sleep(100)
        told = [second for second, _, _ in postbox.got]
        post.hand_over(notice("a is up", server="a", number=1, resolves=True))
        await anyio.sleep(10)
    async with working(postbox.post(OPS)):
        await anyio.sleep(1000)

    assert told == [pytest.approx(30.0)]
    assert [round(second) for second, _, _ in postbox.got] == [30, 330]
    assert postbox.got[1][2].resolves


async def test_an_end_goes_where_its_opening_went_and_to_no_url_that_was_added_since(
    postbox: Postbox,
) -> None:
    one, both = Channel(name="ops", urls=(A,)), Channel(name="ops", urls=(A, B))
    async with working(post := postbox.post(one)):
        post.hand_over(notice("a", number=1))
        post.hand_over(notice("b", number=2))
        await anyio.sleep(100)
        post.change({"ops": both})
        post.hand_over(notice("a", number=1, resolves=True))
        await anyio.sleep(1000)
    async with working(post := postbox.post(Channel(name="ops", urls=(A, B, Secret("json://c"))))):
        post.hand_over(notice("b", number=2, resolves=True))
        await anyio.sleep(1000)

    assert [(url, message.resolves) for _, url, message in postbox.got] == [
        ("json://a", False),
        ("json://a", False),
        ("json://a", True),
        ("json://a", True),
    ]


async def test_an_end_that_comes_late_is_told_though_another_url_never_took_its_opening() -> None:
    """The rule waits a while before it tells the end; by then the URL that was told has forgotten it."""

    class Settled(Postbox):
        def status(self, ref: str) -> IncidentStatus:
            return IncidentStatus(is_open=ref != "down/a/1")

    postbox = Settled()
    postbox.fails = lambda url, second: Refused("gone") if url == "json://b" else None
    post = postbox.post(replace(OPS, urls=(A, B), group_by=(), group_wait=0.0, group_interval=60.0))
    async with working(post):
        post.hand_over(notice("a", number=1))
        await anyio.sleep(10)
        post.hand_over(notice("b", number=2))
        await anyio.sleep(900)
        post.hand_over(notice("over", server="a", number=1, resolves=True))
        await anyio.sleep(900)

    assert [(url, message.title) for _, url, message in postbox.got] == [
        ("json://a", "🟠 a: down"),
        ("json://a", "🟠 b: down"),
        ("json://a", "🟠 down: 1 server, 1 over"),
    ]


async def test_an_end_goes_where_its_opening_went_however_loud_the_channel_wants_it(
    postbox: Postbox,
) -> None:
    oncall = Channel(name="oncall", urls=(A,), min_severity=CRITICAL)
    post = postbox.post(oncall)
    async with working(post):
        post.hand_over(notice("loud", CRITICAL, "oncall", number=1))
        post.hand_over(notice("quiet", Severity.WARNING, "oncall", number=2))
        await anyio.sleep(100)
        post.hand_over(notice("loud", Severity.WARNING, "oncall", number=1, resolves=True))
        post.hand_over(notice("quiet", CRITICAL, "oncall", number=2, resolves=True))
        await anyio.sleep(1000)

    assert [(message.lines[0].text, message.resolves) for _, _, message in postbox.got] == [
        ("loud", False),
        ("loud", True),
    ]


async def test_an_end_in_words_of_its_own_for_a_channel_that_hears_of_nothing_else_is_told(
    postbox: Postbox,
) -> None:
    """As `on_clear: [{notify: staff}]`, where `do` tells nobody there."""
    post = postbox.post(OPS)
    async with working(post):
        outcome = post.hand_over(notice("up again", number=1, resolves=True))
        await anyio.sleep(1000)

    assert outcome.result is Result.DONE
    assert postbox.texts == ["up again"]
    assert [name for name in postbox.store.parts if not name.endswith("/pace")] == []


async def test_the_next_process_keeps_to_the_rate_from_where_a_kill_ended_the_last(postbox: Postbox) -> None:
    once_a_minute = replace(OPS, rate=SendRate(1, 60.0), group_by=(Label.SERVER,), group_wait=0.0)
    post = postbox.post(once_a_minute)
    async with working(post):
        post.hand_over(notice("first", CRITICAL))
        await anyio.sleep(10)
    second = postbox.post(once_a_minute)
    async with working(second):
        second.hand_over(notice("second", CRITICAL))
        await anyio.sleep(100)

    assert [(round(at), message.lines[0].text) for at, _, message in postbox.got] == [
        (0, "first"),
        (60, "second"),
    ]


async def test_a_target_that_a_reload_takes_away_and_the_next_brings_back_keeps_to_its_rate(
    postbox: Postbox,
) -> None:
    once_a_minute = replace(OPS, rate=SendRate(1, 60.0), group_by=(Label.SERVER,), group_wait=0.0)
    post = postbox.post(once_a_minute)
    async with working(post):
        post.hand_over(notice("first", CRITICAL))
        await anyio.sleep(10)
        post.change({})
        await anyio.sleep(10)
        post.change({"ops": once_a_minute})
        post.hand_over(notice("second", CRITICAL))
        await anyio.sleep(100)

    assert [round(at) for at, _, _ in postbox.got] == [0, 60]


async def test_parts_of_a_target_that_is_gone_are_taken_away(postbox: Postbox) -> None:
    async with working(post := postbox.post(OPS)):
        post.hand_over(notice("a", number=1))
        await anyio.sleep(1)
    postbox.post()

    assert postbox.store.parts == {}


async def test_a_digest_of_a_target_that_leaves_is_told_as_not_sent(postbox: Postbox) -> None:
    post = postbox.post(replace(OPS, digest=Digest(9 * 3600, UTC)))
    async with working(post):
        post.hand_over(notice("a", Severity.INFO, number=1))
        await anyio.sleep(1)
        post.change({})
        await anyio.sleep(100)

    assert [(one.fate, one.detail) for one in postbox.reports] == [(Fate.DROPPED, "1 not told: target left")]
    assert postbox.store.parts == {}


async def test_what_waits_at_a_url_goes_to_the_one_that_takes_its_place(postbox: Postbox) -> None:
    """A webhook was deleted, so a critical was refused; the operator writes a new one and reloads."""
    postbox.fails = lambda url, second: Refused("gone") if url == "json://ops" else None
    post = postbox.post(OPS)
    async with working(post):
        post.hand_over(notice("a", CRITICAL, number=1))
        post.hand_over(notice("report", server="b"))
        await anyio.sleep(1)
        post.change({"ops": replace(OPS, urls=(A, B))})
        await anyio.sleep(100)
        post.hand_over(notice("a", CRITICAL, number=1, resolves=True))
        await anyio.sleep(1000)

    for target in ("json://a", "json://b"):
        got = [(message.lines[0].text, message.resolves) for _, url, message in postbox.got if url == target]
        assert got == [("a", False), ("report", False), ("a", True)]
    assert [url for _, url in postbox.tries].count("json://ops") == 1
    assert {one.detail for one in postbox.reports if one.fate is Fate.DROPPED} == set()


async def test_what_waits_at_several_urls_of_which_one_was_added_later_is_told_once_by_another(
    postbox: Postbox,
) -> None:
    """The second URL knows the incident by a further text alone, so from another moment on."""
    postbox.fails = lambda url, second: Unreachable("down") if url != "json://b" else None
    post = postbox.post(OPS)
    async with working(post):
        post.hand_over(notice("a", CRITICAL, number=1))
        await anyio.sleep(1)
        post.change({"ops": replace(OPS, urls=(*OPS.urls, A))})
        await anyio.sleep(1)
        post.hand_over(notice("still", CRITICAL, server="a", number=1))
        await anyio.sleep(1)
        post.change({"ops": replace(OPS, urls=(B,))})
        await anyio.sleep(100)
        post.hand_over(notice("over", CRITICAL, server="a", number=1, resolves=True))
        await anyio.sleep(1000)

    assert [(message.title, message.resolves) for _, _, message in postbox.got] == [
        ("🔴 a: still", False),
        ("✅ a: over", True),
    ]
    assert [name for name in postbox.store.parts if "/notice/" in name] == []


async def test_what_waited_at_a_url_goes_to_another_also_over_a_restart(postbox: Postbox) -> None:
    postbox.fails = lambda url, second: Unreachable("down") if url == "json://ops" else None
    async with working(post := postbox.post(OPS)):
        post.hand_over(notice("a", CRITICAL, number=1))
        await anyio.sleep(1)
    async with working(postbox.post(replace(OPS, urls=(A,)))):
        await anyio.sleep(10)

    assert [url for _, url, _ in postbox.got] == ["json://a"]
    assert {name.split("/")[1] for name in postbox.store.parts} == {key_of("ops", A)}


async def test_what_is_refused_counts_as_a_failure_until_something_arrives(postbox: Postbox) -> None:
    postbox.fails = lambda url, second: Refused("gone") if second < 10 else None
    post = postbox.post(OPS)
    (worker,) = post.workers
    async with working(post):
        post.hand_over(notice("a", CRITICAL, number=1))
        await anyio.sleep(1)
        assert (worker.failures, worker.trouble) == (1, "gone")
        await anyio.sleep(200)

    assert (worker.failures, worker.trouble) == (0, "")


async def test_what_is_refused_by_a_target_that_leaves_is_tried_once(postbox: Postbox) -> None:
    postbox.fails = lambda url, second: Refused("gone")
    post = postbox.post(OPS)
    async with working(post):
        post.hand_over(notice("a", server="a", number=1))
        post.hand_over(notice("b", CRITICAL, server="b", number=2))
        await anyio.sleep(100)
        before = len(postbox.tries)
        post.change({})
        await anyio.sleep(1000)

    assert len(postbox.tries) == before + 1
    assert postbox.store.parts == {}
    assert postbox.reports[-1].detail == "1 not told: target left"


async def test_what_cannot_be_read_after_a_start_is_told(postbox: Postbox) -> None:
    async with working(post := postbox.post(OPS)):
        post.hand_over(notice("a", number=1))
        post.hand_over(notice("b", number=2))
        await anyio.sleep(1)
    first = min(name for name in postbox.store.parts if "/notice/" in name)
    postbox.store.parts[first] = {"ref": 1}
    with structlog.testing.capture_logs() as logs:
        async with working(postbox.post(OPS)):
            await anyio.sleep(100)

    assert postbox.texts == ["b"]
    assert {"event": "delivery.parts_damaged", "log_level": "warning", "target": "ops/1", "parts": 1} in logs


async def test_a_target_that_comes_back_while_it_leaves_stays(postbox: Postbox) -> None:
    postbox.hangs = {"json://ops"}
    post = postbox.post(OPS)
    async with working(post):
        post.hand_over(notice("a", CRITICAL, number=1))
        await anyio.sleep(1)
        post.change({})
        await anyio.sleep(1)
        post.change({"ops": OPS})
        postbox.hangs.clear()
        await anyio.sleep(200)

    assert postbox.texts == ["a"]
    assert [worker.target.name for worker in post.workers] == ["ops/1"]


async def test_a_reload_with_other_times_keeps_what_waits(postbox: Postbox) -> None:
    post = postbox.post(OPS)
    async with working(post):
        post.hand_over(notice("a", number=1))
        await anyio.sleep(1)
        post.change({"ops": replace(OPS, group_wait=300.0, rate=SendRate(1, 1.0))})
        await anyio.sleep(1000)

    assert [round(second) for second, _, _ in postbox.got] == [300]
