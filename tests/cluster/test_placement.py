"""What one member should do, by one look. How it goes on is told in test_simulated_cluster.py."""

from __future__ import annotations

from automaton.cluster.heartbeat import Formats, Heartbeat
from automaton.cluster.members import LivingMember
from automaton.cluster.ownership import Ownership
from automaton.cluster.placement import (
    MOST_HANDOVERS,
    OLDER_WAIT,
    PATIENCE,
    SETTLED_AFTER,
    HandOver,
    Placement,
    Placing,
    Take,
    newest_generation,
)
from automaton.cluster.rendezvous import ranked
from automaton.cluster.shard import Shard, ShardKind
from tests.cluster.beats import beat, member

NODES = [Shard(ShardKind.NODE, f"n{number}") for number in range(6)]
LATER = Formats(reads_from=1, reads_to=2, writes=2)


class Look:
    """Members and shards as `me` sees them."""

    def __init__(self, me: str, *living: LivingMember, shards: list[Shard] | None = None) -> None:
        self.living = list(living)
        self.shards = shards or NODES
        self.ownership = Ownership()
        self.placing = Placing(me)

    def at(
        self, working: float, pins: dict[Shard, str] | None = None, leaving: dict[Shard, str] | None = None
    ) -> Placement:
        standings = self.ownership.look(self.shards, self.living, working)
        return self.placing.place(self.living, standings, pins or {}, leaving or {}, working)


def owns(*shards: Shard) -> dict[str, int]:
    return {shard.text: 1 for shard in shards}


def heard(name: str, *shards: Shard, **said: int | bool | Formats | dict[str, str]) -> Heartbeat:
    return beat(name, owned=owns(*shards), **said)  # type: ignore[arg-type]


def taken(placement: Placement) -> set[Shard]:
    return {order.shard for order in placement.orders if isinstance(order, Take)}


def handed(placement: Placement) -> list[HandOver]:
    return [order for order in placement.orders if isinstance(order, HandOver)]


def test_what_nobody_owns_is_taken_by_one_each_and_by_all_together() -> None:
    living = [member(beat(name)) for name in "abc"]
    parts = [taken(Look(name, *living).at(0.0)) for name in "abc"]

    assert sorted(shard for part in parts for shard in part) == NODES
    assert [len(part) for part in parts] == [2, 2, 2]


def test_the_living_are_not_robbed() -> None:
    look = Look("a", member(beat("a")), member(heard("b", *NODES)))

    assert taken(look.at(0.0)) == set()


def test_a_newcomer_takes_nothing_and_says_so() -> None:
    placement = Look("a", member(beat("a"), steady=29.0)).at(0.0)

    assert placement.orders == []
    assert placement.waiting[NODES[0]] == "a came 29 s ago; newcomers take nothing for 30 s"


def test_whoever_never_said_anything_decides_nothing() -> None:
    assert Look("a", member(beat("b"))).at(0.0) == Placement([], {})


def test_the_next_in_line_waits_a_little_for_those_before_it() -> None:
    living = [member(beat(name)) for name in "abc"]
    shard = NODES[0]
    wanted = next(name for name in "abc" if shard in taken(Look(name, *living, shards=[shard]).at(0.0)))
    second, third = [name for name in ranked(dict.fromkeys("abc", 2), "abc", shard) if name != wanted]
    looks = {name: Look(name, *living, shards=[shard]) for name in (second, third)}
    firsts = {name: look.at(0.0) for name, look in looks.items()}
    assert all(firsts[name].waiting == {shard: f"{wanted} is to take it"} for name in looks)

    assert [taken(looks[name].at(PATIENCE)) for name in (second, third)] == [{shard}, set()]
    assert taken(looks[third].at(2 * PATIENCE)) == {shard}


def test_an_unowned_shard_waits_for_a_newcomer_that_is_established_in_a_moment() -> None:
    """So members that start within seconds share all out at once, and nothing moves afterwards."""
    living = [member(beat("a"), steady=30.0), member(beat("b"), steady=27.0)]

    assert len(taken(Look("a", *living).at(0.0))) == 3


def test_a_release_is_claimed_at_once_by_whom_it_names_and_by_nobody_else() -> None:
    shard = NODES[0]
    gives = member(beat("a", releasing={shard.text: "c"}, draining=True))
    others = [member(beat("b")), member(beat("c"))]

    assert taken(Look("c", gives, *others, shards=[shard]).at(0.0)) == {shard}
    placement = Look("b", gives, *others, shards=[shard]).at(0.0)
    assert placement == Placement([], {shard: "released to c, which is to claim it"})


def test_a_shard_that_somebody_claimed_a_second_ago_is_left_to_it() -> None:
    look = Look("a", member(beat("a")), shards=NODES[:1])
    look.at(0.0)
    look.ownership.read_claim(NODES[0], "b", 1, 0.0)

    assert look.at(1.0).waiting == {NODES[0]: "b has claimed it"}
    assert taken(look.at(9.0)) == {NODES[0]}


def test_handing_over_begins_once_those_who_live_are_the_same_for_a_while() -> None:
    look = Look("a", member(heard("a", *NODES)), member(beat("b")))

    assert look.at(0.0).orders == []
    assert look.at(SETTLED_AFTER - 1).orders == []
    [order] = handed(look.at(SETTLED_AFTER))
    assert order.to == "b"


def test_a_receiver_is_handed_one_at_a_time_and_the_next_when_it_has_seen_its_servers() -> None:
    look = Look("a", member(heard("a", *NODES)), member(beat("b")))
    look.at(0.0)
    [first] = handed(look.at(20.0))
    assert handed(look.at(21.0, leaving={first.shard: "b"})) == []

    look.living[1] = member(heard("b", first.shard, settling=1))
    look.living[0] = member(heard("a", *[shard for shard in NODES if shard != first.shard]))
    assert handed(look.at(22.0)) == []
    look.living[1] = member(heard("b", first.shard))

    assert len(handed(look.at(23.0))) == 1


def test_no_more_than_a_few_are_on_their_way_at_once() -> None:
    living = [member(heard("a", *NODES, draining=True)), *(member(beat(name)) for name in "bcde")]
    look = Look("a", *living)
    look.at(0.0)
    orders = handed(look.at(20.0))

    assert len(orders) == MOST_HANDOVERS
    assert look.at(21.0, leaving={order.shard: order.to for order in orders}).orders == []


def test_a_drained_member_that_cannot_give_a_shard_to_anybody_says_so() -> None:
    look = Look("a", member(heard("a", NODES[0], draining=True)), shards=NODES[:1])
    look.at(0.0)

    assert look.at(20.0) == Placement([], {NODES[0]: "a is being drained, and nobody else may be given it"})


def test_a_member_that_is_drained_begins_to_hand_over_at_once() -> None:
    """Somebody wants it gone: that is no coming and going that is to be waited for."""
    look = Look("a", member(heard("a", *NODES)), member(beat("b")))
    look.at(0.0)
    look.at(SETTLED_AFTER + 1)
    look.living[0] = member(heard("a", *NODES, draining=True))

    assert len(handed(look.at(SETTLED_AFTER + 2))) == 1


def test_a_drained_member_takes_nothing() -> None:
    placement = Look("a", member(beat("a", draining=True)), member(beat("b"), steady=3.0)).at(0.0)

    assert placement.waiting == dict.fromkeys(NODES, "a is being drained")


def test_a_pinned_shard_goes_where_it_is_pinned() -> None:
    look = Look("a", member(heard("a", *NODES[:3])), member(heard("b", *NODES[3:])))
    look.at(0.0)

    assert HandOver(NODES[0], "b") in look.at(20.0, pins={NODES[0]: "b"}).orders


def test_a_pin_that_cannot_be_heeded_is_told_with_its_reason() -> None:
    told = {
        "is not here": [],
        "is being drained": [member(beat("b", draining=True))],
        "cannot write to NATS": [member(beat("b"), is_able=False)],
        "came 5 s ago": [member(beat("b"), steady=5.0)],
        "has an older configuration": [member(beat("b", generation=0))],
    }
    for why, others in told.items():
        look = Look("a", member(heard("a", NODES[0])), *others, shards=NODES[:1])
        look.at(0.0)

        assert look.at(20.0, pins={NODES[0]: "b"}) == Placement(
            [], {NODES[0]: f"asked to be at b, which {why}"}
        )


def test_an_older_configuration_keeps_what_it_has_and_gives_what_is_pinned() -> None:
    look = Look("a", member(heard("a", *NODES)), member(beat("b", generation=2)))
    look.at(0.0)
    assert look.at(20.0).orders == []

    assert look.at(21.0, pins={NODES[2]: "b"}).orders == [HandOver(NODES[2], "b")]


def test_an_older_configuration_takes_what_is_unowned_for_a_minute() -> None:
    """The latest lives, and its claims come to nothing."""
    look = Look("a", member(beat("a")), member(beat("b", generation=2)), shards=NODES[:1])

    assert look.at(0.0).waiting == {NODES[0]: "b is to take it; a has an older configuration and waits 60 s"}
    assert taken(look.at(OLDER_WAIT - 1)) == set()
    assert taken(look.at(OLDER_WAIT)) == {NODES[0]}


def test_where_all_that_could_own_something_are_of_one_configuration_that_is_the_latest() -> None:
    old, newcomer = member(beat("a")), member(beat("b", generation=2), steady=3.0)

    assert newest_generation([old, newcomer]) == 1
    assert newest_generation([member(beat("a")), member(beat("b", generation=2))]) == 2
    assert newest_generation([old, member(beat("b", generation=2), is_able=False)]) == 1
    assert newest_generation([newcomer]) == 2
    assert newest_generation([]) == 0


def test_a_log_in_a_later_format_is_taken_by_who_reads_it() -> None:
    look = Look("a", member(beat("a")), member(beat("b", formats=LATER)), shards=NODES[:1])
    dying = member(heard("c", NODES[0], formats=LATER))
    look.living.append(dying)
    look.at(0.0)
    look.living.remove(dying)

    assert look.at(1.0).waiting == {NODES[0]: "its log is in format 2, which a does not read: upgrade a"}
    look.placing = Placing("b")
    assert taken(look.at(2.0)) == {NODES[0]}


def test_who_is_not_in_touch_with_the_engine_takes_nothing() -> None:
    placement = Look("a", member(beat("a"), is_able=False)).at(0.0)

    assert set(placement.waiting.values()) == {
        "NATS does not take what a writes, or a is not heard, or another has its name"
    }


def test_what_a_member_did_not_take_goes_to_another_or_stays_and_that_is_told() -> None:
    a, b = member(heard("a", *NODES)), member(beat("b"))
    look = Look("a", a, b)
    look.at(0.0)
    (order,) = handed(look.at(20.0))
    rest = [shard for shard in NODES if shard != order.shard]
    look.living[0] = member(heard("a", *rest, releasing={order.shard.text: "b"}))
    look.at(21.0)
    assert handed(look.at(24.0)) != [], "it has four seconds to claim it"
    look.at(26.0)
    look.living[0] = a  # who takes it back

    found = look.at(27.0)
    assert found.orders == []
    assert set(found.waiting.values()) == {"b did not take what was handed to it, and is given more in 29 s"}

    assert handed(look.at(57.0)) != []


def test_a_drained_member_gives_what_one_did_not_take_to_another() -> None:
    a, b = member(heard("a", NODES[0], draining=True)), member(beat("b"))
    look = Look("a", a, b, shards=NODES[:1])
    look.at(0.0)
    assert handed(look.at(20.0)) == [HandOver(NODES[0], "b")]
    look.living[0] = member(beat("a", draining=True, releasing={NODES[0].text: "b"}))
    look.at(21.0)
    look.at(26.0)
    look.living[0] = a
    assert look.at(27.0).orders == []

    look.living.append(member(beat("c")))
    look.at(28.0)
    assert handed(look.at(40.0)) == [HandOver(NODES[0], "c")]


def test_a_member_that_knows_of_no_node_is_handed_none_and_has_channels() -> None:
    """As one that was started anew while the Panel is down: nobody would see the node's servers."""
    channels = [Shard(ShardKind.CHANNEL, name) for name in ("ops", "staff")]
    b = member(beat("b", knows_nodes=False))
    look = Look("a", member(heard("a", *NODES, *channels)), b, shards=[*NODES, *channels])
    look.at(0.0)
    found = look.at(20.0)

    assert [order.shard.kind for order in handed(found)] == [ShardKind.CHANNEL]
    assert set(found.waiting.values()) == {"b knows of no node yet: it has not read the list of a Panel"}

    look.living[1] = member(beat("b"))
    assert len(handed(look.at(21.0))) == 1


def test_what_nobody_owns_is_not_left_to_one_that_knows_of_no_node() -> None:
    living = [member(beat("a")), member(beat("b", knows_nodes=False))]

    assert taken(Look("a", *living).at(0.0)) == set(NODES)
