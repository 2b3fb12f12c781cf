"""A shard is told what makes it hold what the fleet's shard holds, and nothing that it holds already."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from automaton.cluster.control.reconcile import OUT_OF_ORDER_WITHIN, Last, differences, is_overtaken
from automaton.core.arm import Arm
from automaton.core.events import Event, HoldBegan, HoldEnded, RuleArmed, SilenceBegan, SilenceEnded
from automaton.core.moment import Moment
from automaton.web.routes.standing_orders import ArmOrder, HoldOrder, SilenceOrder, StandingOrders

NOW = Moment(50.0, 1000.0)


def silence(id_: str, until: float = 2000.0, note: str = "") -> SilenceOrder:
    return SilenceOrder(id=id_, rules=["mem-*"], servers=["lobby"], until=until, note=note)


def orders(
    *silences: SilenceOrder, hold: HoldOrder | None = None, armed: tuple[ArmOrder, ...] = ()
) -> StandingOrders:
    return StandingOrders(told_at=1000.0, silences=list(silences), hold=hold, armed=list(armed))


def obeyed(has: StandingOrders, events: list[Event]) -> StandingOrders:
    """What a shard holds after these events, as an engine would."""
    silences = {one.id: one for one in has.silences}
    hold, armed = has.hold, {one.rule: one for one in has.armed}
    for event in events:
        match event:
            case SilenceBegan():
                silences[event.id] = SilenceOrder(
                    id=event.id, rules=list(event.rules), servers=list(event.servers), until=event.until,
                    note=event.note,
                )  # fmt: skip
            case SilenceEnded():
                del silences[event.id]
            case HoldBegan():
                hold = HoldOrder(since=event.at.wall, reason=event.reason, by=event.by)
            case HoldEnded():
                hold = None
            case RuleArmed(arm=None):
                del armed[event.rule]
            case RuleArmed():
                assert event.arm is not None
                armed[event.rule] = ArmOrder(
                    rule=event.rule, arm=event.arm.value, by=event.by, note=event.note
                )
    return StandingOrders(
        told_at=has.told_at, silences=list(silences.values()), hold=hold, armed=list(armed.values())
    )


def test_a_silence_begins_under_the_fleets_id() -> None:
    assert differences(orders(), orders(silence("s1", note="disks")), NOW) == [
        SilenceBegan(
            server="", at=NOW, id="s1", rules=("mem-*",), servers=("lobby",), until=2000.0, note="disks"
        )
    ]


def test_a_silence_that_a_person_ended_ends_and_one_that_the_fleet_has_forgotten_too() -> None:
    has = orders(silence("s1"), silence("s2"))

    assert differences(has, orders(silence("s2")), NOW) == [SilenceEnded(server="", at=NOW, id="s1")]


def test_clocks_that_are_not_one_begin_no_silence_anew() -> None:
    assert differences(orders(silence("s1", 2000.0)), orders(silence("s1", 2001.5)), NOW) == []


def test_a_silence_that_is_over_by_this_clock_does_not_begin() -> None:
    assert differences(orders(), orders(silence("s1", until=999.0)), NOW) == []


def test_a_hold_is_brought_with_who_wanted_it_and_tells_people_nothing_again() -> None:
    wanted = orders(hold=HoldOrder(since=900.0, reason="fire", by="uid 0"))

    assert differences(orders(), wanted, NOW) == [
        HoldBegan(server="", at=NOW, reason="fire", by="uid 0", is_brought=True)
    ]
    assert differences(wanted, orders(), NOW) == [HoldEnded(server="", at=NOW, is_brought=True)]


def test_a_hold_since_another_moment_is_the_same_hold() -> None:
    has = orders(hold=HoldOrder(since=950.0, reason="fire"))

    assert differences(has, orders(hold=HoldOrder(since=900.0, reason="fire")), NOW) == []


def test_a_rule_that_was_set_back_is_set_back() -> None:
    has = orders(armed=(ArmOrder(rule="a", arm="off"), ArmOrder(rule="b", arm="off")))
    wanted = orders(armed=(ArmOrder(rule="b", arm="shadow", by="anna"),))

    assert differences(has, wanted, NOW) == [
        RuleArmed(server="", at=NOW, rule="a", is_brought=True),
        RuleArmed(server="", at=NOW, rule="b", arm=Arm.SHADOW, by="anna", is_brought=True),
    ]


def told(at: float, epoch: int = 3) -> StandingOrders:
    return StandingOrders(told_at=at, epoch=epoch)


def test_orders_that_were_overtaken_on_their_way_are_known() -> None:
    assert not is_overtaken(told(5.0), None)
    assert not is_overtaken(told(5.0), Last(3, 5.0))
    assert is_overtaken(told(5.0), Last(3, 6.0))
    assert not is_overtaken(told(5.0), Last(3, 5.0 + OUT_OF_ORDER_WITHIN))  # its clock was set back


def test_the_word_of_the_next_owner_holds_though_its_clock_is_behind() -> None:
    assert not is_overtaken(told(5.0, epoch=4), Last(3, 50.0))
    assert is_overtaken(told(50.0, epoch=3), Last(4, 51.0))


_HOLDS = st.none() | st.builds(
    HoldOrder, since=st.floats(0, 900), reason=st.sampled_from(["", "fire"]), by=st.sampled_from(["", "anna"])
)
_ORDERS = st.builds(
    StandingOrders,
    told_at=st.just(1000.0),
    silences=st.lists(
        st.builds(silence, st.sampled_from("abc"), st.sampled_from([1500.0, 2000.0])),
        unique_by=lambda one: one.id,
    ),
    hold=_HOLDS,
    armed=st.lists(
        st.builds(ArmOrder, rule=st.sampled_from("xy"), arm=st.sampled_from(["off", "shadow", "live"])),
        unique_by=lambda one: one.rule,
    ),
)


@given(_ORDERS, _ORDERS)
def test_whoever_obeys_has_what_the_fleet_has_and_is_told_nothing_more(
    has: StandingOrders, wanted: StandingOrders
) -> None:
    after = obeyed(has, differences(has, wanted, NOW))

    assert differences(after, wanted, NOW) == []
    assert {one.id: one for one in after.silences} == {one.id: one for one in wanted.silences}
    assert (after.hold is None) == (wanted.hold is None)
