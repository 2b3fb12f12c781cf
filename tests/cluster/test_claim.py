"""Claims: what each input leads to, told as stories of one process and its log."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import pytest

from automaton.cluster import claim as claims
from automaton.cluster.claim import Claim, State
from automaton.cluster.claim_steps import (
    Append,
    Hold,
    NotTaken,
    Owned,
    ReadLast,
    ReadTail,
    Released,
    Stop,
    Written,
)
from automaton.cluster.lease import Lease
from automaton.cluster.stamp import UNKNOWN, Kind, Known, Placed, Stamp, Writer

ME, OTHER = Writer("a", "boot-1", 1), Writer("b", "boot-7", 3)
BEFORE = Stamp(Kind.IDLE, 6, OTHER, 40)
CLAIM = Stamp(Kind.CLAIM, 7, ME, 1, quiet=75.0)
ENTRIES = Stamp(Kind.ENTRIES, 7, ME, 2)
FOREIGN = Placed(22, Stamp(Kind.CLAIM, 8, OTHER, 41, quiet=75.0))


def idle(known: Known = UNKNOWN) -> Claim:
    return Claim(ME, Lease(), known)


def looking(known: Known = UNKNOWN) -> Claim:
    claim = idle(known)
    claim.claim()
    return claim


def claiming() -> Claim:
    claim = looking()
    claim.last(Placed(20, BEFORE), 20, 100.0)
    return claim


def owning() -> Claim:
    """Since 101, by a claim that was sent at 100 and stands at 21."""
    claim = claiming()
    claim.acknowledged(21, 101.0)
    return claim


def writing() -> Claim:
    """An entry, sent at 102."""
    claim = owning()
    claim.append(Kind.ENTRIES, 102.0)
    return claim


def checking() -> Claim:
    claim = writing()
    claim.unsure(107.0)
    return claim


def holding() -> Claim:
    claim = writing()
    claim.unavailable(103.0)
    return claim


def over() -> Claim:
    claim = checking()
    claim.tail([FOREIGN], 22, 107.0)
    return claim


MADE: dict[str, Callable[[], Claim]] = {
    "idle": idle, "looking": looking, "writing": writing, "checking": checking, "holding": holding,
    "owning": owning, "over": over,
}  # fmt: skip
INPUTS: dict[str, Callable[[Claim], object]] = {
    "claim": lambda claim: claim.claim(),
    "append": lambda claim: claim.append(Kind.ENTRIES, 110.0),
    "acknowledged": lambda claim: claim.acknowledged(22, 110.0),
    "refused": lambda claim: claim.refused(22, 110.0),
    "unsure": lambda claim: claim.unsure(110.0),
    "unavailable": lambda claim: claim.unavailable(110.0),
    "last": lambda claim: claim.last(Placed(20, BEFORE), 20, 110.0),
    "tail": lambda claim: claim.tail([Placed(21, CLAIM)], 21, 110.0),
    "tick": lambda claim: claim.tick(110.0),
    "release": lambda claim: claim.release(),
}


def table() -> list[tuple[str, str, str]]:
    """State, input and cell of the table at the head of the module; "" where nothing is taken."""
    lines = (claims.__doc__ or "").splitlines()
    head = next(number for number, line in enumerate(lines) if line.split() == list(INPUTS))
    starts = [lines[head].index(f" {word}") + 1 for word in INPUTS]
    rows = lines[head + 1 : head + 1 + len(MADE)]
    return [
        (row.split()[0], word, row[start : start + len(word)].strip() and row[start:].split()[0])
        for row in rows
        for word, start in zip(INPUTS, starts, strict=True)
    ]


@pytest.mark.parametrize(("state", "told", "cell"), table())
def test_the_table_at_the_head_of_the_module_is_true(state: str, told: str, cell: str) -> None:
    claim = MADE[state]()
    assert claim.state.value == state

    if not cell:
        with pytest.raises(AssertionError, match=f"a claim that is {state} does not take this"):
            INPUTS[told](claim)
        return
    INPUTS[told](claim)

    assert claim.state.value == (state if cell in (".", "noted") else cell)


class TestTaking:
    def test_a_claim_reads_the_last_message_and_stands_behind_it(self) -> None:
        claim = idle()

        assert claim.claim() == (ReadLast(),)
        assert claim.last(Placed(20, BEFORE), 20, 100.0) == (Append(CLAIM, 20, BEFORE),)
        assert claim.acknowledged(21, 101.0) == (Owned(7, 21, 176.0, lost=False, anew=False),)
        assert (claim.epoch, claim.known) == (7, Known(7, 21))

    def test_the_quiet_time_begins_when_the_claim_is_known_to_stand(self) -> None:
        """What was claimed before it was acknowledged may have been so at the last moment."""
        claim = claiming()
        claim.acknowledged(21, 108.0)

        assert claim.acts_from == 183.0

    def test_a_claim_that_somebody_elses_came_before_is_over(self) -> None:
        claim = claiming()
        foreign = Placed(21, Stamp(Kind.CLAIM, 7, OTHER, 41))

        assert claim.refused(21, 101.0) == (ReadTail(19),)
        assert claim.tail([Placed(20, BEFORE), foreign], 21, 101.0) == (NotTaken(foreign),)
        assert claim.state is State.OVER

    def test_a_claim_behind_which_the_last_owner_goes_on_writing_is_over(self) -> None:
        claim = claiming()
        claim.refused(21, 101.0)

        went_on = Placed(21, Stamp(Kind.ENTRIES, 6, OTHER, 41))
        assert claim.tail([Placed(20, BEFORE), went_on], 21, 101.0) == (NotTaken(went_on),)

    def test_a_claim_whose_answer_was_lost_is_found_in_the_log(self) -> None:
        claim = claiming()

        assert claim.unsure(105.0) == (ReadTail(19),)
        assert claim.tail([Placed(20, BEFORE), Placed(21, CLAIM)], 21, 106.0) == (
            Owned(7, 21, 181.0, lost=False, anew=False),
        )

    def test_behind_a_release_it_is_quiet_for_as_long_as_that_says(self) -> None:
        claim = looking()
        release = Stamp(Kind.RELEASE, 6, OTHER, 40, to="a", quiet=5.0)
        claim.last(Placed(20, release), 20, 100.0)

        assert claim.acknowledged(21, 101.0) == (Owned(7, 21, 106.0, lost=False, anew=False),)

    def test_an_empty_log_is_taken_as_any(self) -> None:
        claim = looking()

        assert claim.last(None, 0, 100.0) == (Append(Stamp(Kind.CLAIM, 1, ME, 1, quiet=75.0), 0, None),)

    def test_a_claim_of_which_a_server_that_lags_knows_nothing_is_looked_for_again(self) -> None:
        claim = claiming()
        claim.refused(21, 101.0)

        lags = "the log was read from a server that lags"
        assert claim.tail([Placed(20, BEFORE)], 20, 101.0) == (Hold(102.0, lags),)
        assert claim.tick(102.0) == (ReadTail(19),)
        assert claim.tail([Placed(20, BEFORE), Placed(21, CLAIM)], 21, 102.0) == (
            Owned(7, 21, 177.0, lost=False, anew=False),
        )

    def test_a_log_that_cannot_be_read_is_looked_at_again(self) -> None:
        claim = looking()

        assert claim.unavailable(100.0, "no leader") == (Hold(101.0, "no leader"),)
        assert claim.tick(100.5) == ()
        assert claim.tick(101.0) == (ReadLast(),)


class TestWriting:
    def test_what_is_acknowledged_is_written(self) -> None:
        claim = owning()

        assert claim.append(Kind.ENTRIES, 102.0) == (Append(ENTRIES, 21, CLAIM),)
        assert claim.acknowledged(22, 102.1) == (Written(ENTRIES, 22),)
        assert claim.append(Kind.MANIFEST, 103.0) == (
            Append(Stamp(Kind.MANIFEST, 7, ME, 3), 22, ENTRIES),
        )  # fmt: skip

    def test_an_append_whose_answer_was_lost_is_found_and_not_sent_again(self) -> None:
        claim = checking()

        found = claim.tail([Placed(21, CLAIM), Placed(22, ENTRIES)], 22, 107.1)

        assert found == (Written(ENTRIES, 22),)

    def test_an_append_that_is_not_there_is_sent_again_as_it_was_and_to_where_it_was_to_stand(self) -> None:
        claim = checking()

        assert claim.tail([Placed(21, CLAIM)], 21, 107.1) == (Append(ENTRIES, 21, CLAIM),)
        assert claim.acknowledged(22, 107.2) == (Written(ENTRIES, 22),)
        claim.lease.begin(0.0)
        assert claim.lease.left(107.2) == pytest.approx(107.1 + 10.0 - 107.2)

    def test_a_refusal_that_does_not_say_where_the_log_ends_is_looked_into(self) -> None:
        claim = writing()

        assert claim.refused(21, 103.0) == (ReadTail(20),)
        assert claim.tail([Placed(21, CLAIM)], 21, 103.1) == (Append(ENTRIES, 21, CLAIM),)
        assert claim.refused(21, 103.2) == (Hold(104.2, "the log stands elsewhere"),)

    def test_both_tries_of_an_append_may_arrive_and_the_second_is_refused(self) -> None:
        claim = checking()
        claim.tail([Placed(21, CLAIM)], 21, 107.1)

        assert claim.refused(22, 107.2) == (Hold(108.2, "the log stands elsewhere"),)
        assert claim.tick(108.2) == (ReadTail(20),)
        assert claim.tail([Placed(21, CLAIM), Placed(22, ENTRIES)], 22, 108.3) == (Written(ENTRIES, 22),)

    def test_a_log_that_stays_silent_is_not_asked_without_pause(self) -> None:
        claim = checking()
        claim.tail([Placed(21, CLAIM)], 21, 107.1)

        assert claim.unsure(112.0) == (Hold(113.0, "the log does not answer"),)

    def test_a_foreign_claim_ends_it_whatever_became_of_the_append(self) -> None:
        assert checking().tail([Placed(21, CLAIM), FOREIGN], 22, 107.1) == (Stop(FOREIGN),)
        foreign = Placed(23, FOREIGN.stamp)
        assert checking().tail([Placed(21, CLAIM), Placed(22, ENTRIES), foreign], 23, 107.1) == (
            Stop(foreign),
        )

    def test_messages_that_were_trimmed_were_trimmed_by_another_owner(self) -> None:
        assert checking().tail([], 90, 107.1) == (Stop(None),)

    def test_a_full_log_and_one_without_a_leader_are_waited_for(self) -> None:
        claim = writing()

        assert claim.unavailable(103.0, "no leader") == (Hold(104.0, "no leader"),)
        assert claim.due == 104.0
        assert claim.tick(104.0) == (ReadTail(20),)

    def test_a_reading_that_does_not_reach_as_far_as_the_refusal_is_too_old(self) -> None:
        claim = writing()
        claim.refused(22, 103.0)

        lags = "the log was read from a server that lags"
        assert claim.tail([Placed(21, CLAIM)], 21, 103.1) == (Hold(104.1, lags),)
        claim.tick(104.1)
        assert claim.tail([Placed(21, CLAIM), FOREIGN], 22, 105.0) == (Stop(FOREIGN),)

    def test_an_acknowledgement_of_another_place_is_none(self) -> None:
        claim = writing()

        assert claim.acknowledged(25, 103.0) == (ReadTail(20),)

    def test_a_kind_that_the_claim_writes_by_itself_is_nobody_elses_to_append(self) -> None:
        with pytest.raises(AssertionError, match="writes by itself"):
            owning().append(Kind.CLAIM, 102.0)


class TestLease:
    def test_it_runs_from_the_start_of_the_append_and_not_from_its_answer(self) -> None:
        claim = claiming()
        claim.lease.begin(0.0)
        claim.acknowledged(21, 108.0)
        claim.lease.begin(0.0)

        assert claim.lease.left(108.0) == 2.0

    def test_it_has_nothing_left_before_the_predecessor_is_over(self) -> None:
        claim = owning()
        for at in range(103, 180, 3):
            claim.tick(float(at))
            claim.acknowledged(claim.known.sequence + 1, float(at))

        assert claim.lease.left(175.9) <= 0.0
        assert claim.lease.left(178.0) == 10.0

    def test_an_owner_that_has_nothing_to_write_appends_what_is_idle_every_3_s(self) -> None:
        claim = owning()

        assert claim.due == 103.0
        assert claim.tick(102.9) == ()
        assert claim.tick(103.0) == (Append(Stamp(Kind.IDLE, 7, ME, 1), 21, CLAIM),)
        assert claim.due == inf

    def test_what_is_found_in_the_log_counts_from_its_first_try(self) -> None:
        """That one may have landed, and nobody says when."""
        claim = checking()
        claim.tail([Placed(21, CLAIM)], 21, 107.1)
        claim.unsure(112.0)
        claim.tick(113.0)
        claim.tail([Placed(21, CLAIM), Placed(22, ENTRIES)], 22, 113.1)
        claim.lease.begin(0.0)

        assert claim.lease.left(113.1) == pytest.approx(102.0 + 10.0 - 113.1)

    def test_it_goes_on_while_the_log_is_waited_for_and_no_longer(self) -> None:
        claim = holding()
        claim.lease.begin(0.0)

        assert claim.lease.left(105.0) == 5.0

    def test_it_ends_with_the_claim(self) -> None:
        assert over().lease.left(0.0) == -inf


class TestReleasing:
    def test_a_release_names_who_is_to_own_the_shard_and_how_long_all_is_quiet_still(self) -> None:
        claim = owning()

        assert claim.release("c") == ()
        assert claim.lease.left(101.0) == -inf
        assert claim.due == -inf
        release = Stamp(Kind.RELEASE, 7, ME, 2, to="c", quiet=56.0)
        assert claim.tick(120.0) == (Append(release, 21, CLAIM),)
        assert claim.acknowledged(22, 120.1) == (Released(22),)
        assert claim.state is State.OVER

    def test_nobody_waits_for_an_owner_whose_own_quiet_time_was_over(self) -> None:
        claim = owning()
        claim.release()

        assert claim.tick(500.0) == (Append(Stamp(Kind.RELEASE, 7, ME, 2), 21, CLAIM),)
        assert claim.due == inf

    def test_what_is_on_the_way_lands_first(self) -> None:
        claim = writing()
        claim.release()

        assert claim.acknowledged(22, 103.0) == (Written(ENTRIES, 22),)
        assert claim.lease.left(103.0) <= 0.0
        (append,) = claim.tick(103.0)
        assert isinstance(append, Append)
        assert (append.stamp.kind, append.expected) == (Kind.RELEASE, 22)

    def test_who_owns_nothing_yet_has_nothing_to_write(self) -> None:
        assert idle().release() == (NotTaken(None),)
        claim = looking()
        assert claim.release() == ()
        assert claim.last(Placed(20, BEFORE), 20, 101.0) == (NotTaken(None),)
        claim = looking()
        claim.unavailable(100.0)
        assert claim.release() == (NotTaken(None),)

    def test_a_claim_that_is_over_has_nothing_to_give_up(self) -> None:
        assert over().release() == ()


class TestALogThatLostItsEnd:
    LOST = Stamp(Kind.CLAIM, 8, ME, 3, lost=True, quiet=75.0)

    def test_a_claim_that_finds_it_shorter_than_it_was_known_holds_all_deeds_until_it_is_adopted(
        self,
    ) -> None:
        claim = looking(known=Known(6, 25))
        claim.last(Placed(20, BEFORE), 20, 100.0)
        assert claim.acknowledged(21, 101.0) == (Owned(7, 21, 176.0, lost=True, anew=False),)
        claim.append(Kind.ENTRIES, 200.0)
        claim.acknowledged(22, 200.0)
        assert claim.lease.left(200.0) <= 0.0

        (append,) = claim.append(Kind.ADOPTED, 201.0)
        assert isinstance(append, Append)
        assert not append.stamp.lost
        claim.acknowledged(23, 201.0)

        assert not claim.is_lost
        assert claim.lease.left(201.0) == 10.0

    def test_an_owner_that_is_refused_at_a_lower_place_claims_anew_and_writes_everything_anew(self) -> None:
        claim = writing()

        assert claim.refused(18, 103.0) == (Append(self.LOST, 18, None),)
        assert claim.acknowledged(19, 103.1) == (Owned(8, 19, 178.1, lost=True, anew=True),)
        assert claim.append(Kind.ENTRIES, 104.0) == (
            Append(Stamp(Kind.ENTRIES, 8, ME, 4, lost=True), 19, self.LOST),
        )

    def test_a_leader_that_is_none_any_more_is_not_believed(self) -> None:
        """It knows less than the others, and nothing that it says can be acknowledged."""
        claim = writing()
        claim.refused(18, 103.0)
        assert claim.refused(21, 104.0) == (ReadTail(18),)

        end = [Placed(19, BEFORE), Placed(20, BEFORE), Placed(21, CLAIM)]
        assert claim.tail(end, 21, 104.0) == (Append(ENTRIES, 21, CLAIM),)
        assert claim.acknowledged(22, 104.1) == (Written(ENTRIES, 22),)

    def test_a_log_that_lost_what_it_was_refused_for_is_not_waited_for_without_end(self) -> None:
        claim = writing()
        claim.refused(22, 103.0)
        claim.tail([Placed(21, CLAIM)], 21, 103.1)
        claim.tick(104.1)

        assert claim.tail([Placed(21, CLAIM)], 21, 104.2) == (Append(ENTRIES, 21, CLAIM),)

    def test_servers_that_do_not_agree_where_it_ends_are_asked_again(self) -> None:
        claim = writing()
        claim.refused(18, 103.0)
        claim.unsure(108.0)

        assert claim.tail([], 17, 108.1) == (Hold(109.1, "the servers do not agree where the log ends"),)
        assert claim.tick(109.1) == (ReadTail(20),)

    def test_a_log_that_has_grown_again_under_another_owner_is_given_up_and_the_loss_told(self) -> None:
        claim = checking()
        regrown = Placed(21, Stamp(Kind.CLAIM, 7, OTHER, 41))

        assert claim.tail([regrown, Placed(22, BEFORE)], 22, 107.1) == (Stop(regrown, went_back=True),)

    def test_what_stands_in_the_way_though_nobody_claimed_is_claimed_over(self) -> None:
        claim = checking()
        stray, last = Stamp(Kind.ENTRIES, 3, OTHER, 9), Stamp(Kind.ENTRIES, 3, OTHER, 10)

        told = claim.tail([Placed(21, CLAIM), Placed(22, stray), Placed(23, last)], 23, 107.1)

        assert told == (Append(self.LOST, 23, last),)
        claim.acknowledged(24, 107.2)
        assert claim.due == 107.1 + 3.0

    def test_an_owner_of_the_first_epoch_writes_everything_anew_as_any(self) -> None:
        claim = looking()
        claim.last(None, 0, 100.0)
        claim.acknowledged(1, 101.0)
        claim.append(Kind.ENTRIES, 102.0)
        claim.refused(0, 102.0)

        assert claim.acknowledged(1, 102.1) == (Owned(2, 1, 177.1, lost=True, anew=True),)

    def test_what_is_to_be_written_anew_is_not_left_behind(self) -> None:
        claim = writing()
        claim.release()
        claim.refused(18, 103.0)
        claim.acknowledged(19, 103.1)

        assert claim.due == 106.0
        assert claim.tick(105.0) == ()

    def test_a_claim_that_finds_a_shorter_log_than_it_read_leaves_it_to_the_next(self) -> None:
        assert claiming().refused(19, 101.0) == (NotTaken(None),)
