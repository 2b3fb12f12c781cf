"""What is written under a lease: looked at in the very step of the write, and again where it has to wait."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import anyio
import pytest

from automaton.core.outcome import Outcome, Result
from automaton.pace.acting_lease import (
    BROKEN_OFF,
    LEAST_LEFT,
    LEAST_TO_GO_ON,
    NOT_SENT,
    FencedCall,
    LeaseTooShort,
    present_call,
    under,
)
from tests.pace.fake_lease import FakeLease, stop_the_process

pytestmark = pytest.mark.anyio


class Wire:
    """Takes bytes once it has waited so many seconds."""

    def __init__(self, waits: float = 0.0) -> None:
        self.waits = waits
        self.took: list[bytes] = []
        self.broken: list[BaseException] = []

    async def write(self, data: bytes) -> None:
        try:
            if self.waits:
                await anyio.sleep(self.waits)
        except BaseException as problem:
            self.broken.append(problem)
            raise
        self.took.append(data)


async def written(
    lease: FakeLease, wire: Wire, *, meanwhile: Callable[[], None] = lambda: None
) -> FencedCall:
    call = FencedCall(lease, "s")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_later, meanwhile)
        await call.write(wire.write(b"x"))
    return call


async def stopped() -> None:
    stop_the_process(20.0)


async def _later(act: Callable[[], None]) -> None:
    act()


@pytest.mark.parametrize(
    ("left", "took"), [(LEAST_LEFT, [b"x"]), (LEAST_LEFT - 0.001, []), (0.0, []), (-60.0, [])]
)
async def test_nothing_is_written_with_less_than_five_seconds_left(left: float, took: list[bytes]) -> None:
    lease, wire = FakeLease(), Wire()
    lease.ends_in(left)
    call = FencedCall(lease, "s")
    with suppress(LeaseTooShort):
        await call.write(wire.write(b"x"))

    assert wire.took == took
    assert (call.was_held, call.may_be_sent) == (not took, bool(took))
    assert call.outlived == 0.0


async def test_a_write_that_has_to_wait_is_looked_at_again_before_it_goes_on() -> None:
    lease, wire = FakeLease(), Wire(waits=10.0)
    lease.ends_in(12.0)
    call = FencedCall(lease, "s")

    with pytest.raises(LeaseTooShort) as held:
        await call.write(wire.write(b"x"))
    assert (str(held.value), held.value.begun) == (BROKEN_OFF, True)
    assert (wire.took, wire.broken) == ([], [held.value])
    assert call.was_held


@pytest.mark.parametrize(("left", "took"), [(LEAST_TO_GO_ON, [b"x"]), (LEAST_TO_GO_ON - 0.001, [])])
async def test_a_write_that_had_to_wait_goes_on_with_half_of_what_it_needed_to_begin(
    left: float, took: list[bytes]
) -> None:
    lease, wire = FakeLease(), Wire(waits=10.0)
    lease.ends_in(10.0 + left)
    with suppress(LeaseTooShort):
        await FencedCall(lease, "s").write(wire.write(b"x"))

    assert wire.took == took


@pytest.mark.parametrize(
    ("begun", "outcome"),
    [
        (False, Outcome(Result.FAILED, NOT_SENT, "websocket", passing=True)),
        (True, Outcome(Result.UNKNOWN, BROKEN_OFF, "websocket")),
    ],
)
def test_a_call_that_was_not_sent_may_be_asked_again_and_of_one_that_was_broken_off_nothing_is_known(
    begun: bool, outcome: Outcome
) -> None:
    assert LeaseTooShort(begun=begun).outcome("websocket") == outcome


async def test_the_lease_is_asked_for_the_server_of_the_call() -> None:
    lease, wire = FakeLease(until=60.0), Wire()
    call = FencedCall(lease, "s")
    await call.write(wire.write(b"x"))

    assert (call.server, call.left > 0.0) == ("s", True)
    assert set(lease.asked) == {"s"}


async def test_a_lease_that_is_over_is_found_at_the_next_write_unless_a_test_stopped_the_process() -> None:
    """With a failpoint the stop is to lie behind the last look, and a request is several writes."""
    wires = []
    for failpoint in (None, stopped):
        lease, wire = FakeLease(), Wire()
        lease.ends_in(8.0)
        call = FencedCall(lease, "s", failpoint)
        await call.write(stopped() if failpoint is None else wire.write(b"head"))
        assert call.outlived == pytest.approx(12.0)
        with suppress(LeaseTooShort):
            await call.write(wire.write(b"body"))
        wires.append(wire.took)

    assert wires == [[], [b"head", b"body"]]


async def test_a_lease_that_is_renewed_meanwhile_lets_it_go_on() -> None:
    lease, wire = FakeLease(), Wire(waits=10.0)
    lease.ends_in(12.0)

    call = await written(lease, wire, meanwhile=lambda: lease.ends_in(30.0))

    assert wire.took == [b"x"]
    assert call.outlived == 0.0


async def test_a_cancellation_reaches_what_writes() -> None:
    wire = Wire(waits=10.0)
    with anyio.move_on_after(1.0):
        await FencedCall(FakeLease(), "s").write(wire.write(b"x"))

    assert wire.took == []
    assert [type(one).__name__ for one in wire.broken] == ["Cancelled"]


async def test_what_a_writer_raises_is_raised() -> None:
    async def broken() -> None:
        await anyio.sleep(1)
        raise OSError("broken")

    with pytest.raises(OSError, match=r"^broken$"):
        await FencedCall(FakeLease(), "s").write(broken())


async def test_a_stop_between_the_look_and_the_write_is_found_out_with_its_length() -> None:
    lease, wire = FakeLease(), Wire()
    lease.ends_in(8.0)

    call = FencedCall(lease, "s", stopped)
    await call.write(wire.write(b"x"))

    assert wire.took == [b"x"]
    assert call.outlived == pytest.approx(12.0)


async def test_a_stop_is_found_out_also_where_the_time_of_the_write_was_over_behind_it() -> None:
    lease, wire = FakeLease(), Wire(waits=1.0)
    lease.ends_in(8.0)

    call = FencedCall(lease, "s", stopped)
    with anyio.move_on_after(10.0):
        await call.write(wire.write(b"x"))

    assert call.may_be_sent
    assert call.outlived == pytest.approx(12.0)


async def test_a_write_that_the_lease_held_back_was_not_written_too_late() -> None:
    """The one before it was in time."""
    lease, wire = FakeLease(), Wire()
    lease.ends_in(8.0)
    call = FencedCall(lease, "s")
    await call.write(wire.write(b"head"))
    await anyio.sleep(10.0)
    with pytest.raises(LeaseTooShort):
        await call.write(wire.write(b"body"))

    assert wire.took == [b"head"]
    assert call.outlived == 0.0


async def test_with_a_failpoint_too_little_is_too_little_as_well() -> None:
    async def never() -> None:
        raise AssertionError

    wire = Wire()
    with pytest.raises(LeaseTooShort):
        await FencedCall(FakeLease(until=0.0), "s", never).write(wire.write(b"x"))
    assert wire.took == []


async def test_what_waits_for_a_socket_when_its_call_has_ended_is_not_written() -> None:
    wire, call = Wire(), FencedCall(FakeLease(), "s")
    call.end()

    with pytest.raises(LeaseTooShort):
        await call.write(wire.write(b"x"))
    assert wire.took == []


async def test_a_call_is_present_within_its_block_alone() -> None:
    call = FencedCall(FakeLease(), "s")
    with under(call):
        with under(None):
            within = present_call()
        assert present_call() is call
    assert (within, present_call()) == (None, None)
