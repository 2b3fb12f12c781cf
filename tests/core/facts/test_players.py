"""How many players are on a server."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core import events as ev
from automaton.core.events import Source, State
from automaton.core.facts.players import JOIN, LEAVE, LONGEST_STAY, MOST_NAMES, Players
from automaton.core.happening import Heard, Seen
from automaton.core.moment import Moment
from automaton.core.pack import Pack, Poll
from automaton.match.line_reader import LineReader
from tests.core.told import Plain, Told, running

COUNTING = Pack("minecraft", events={"player.join": frozenset(), "player.leave": frozenset()})


def started() -> Told:
    """A server of a game that reports joins and leaves, just started."""
    told = running()
    told.server.facts.learn_game(COUNTING)
    told.take(2.0, ev.StateChanged, state=State.OFFLINE)
    told.take(3.0, ev.StateChanged, state=State.STARTING)
    told.take(9.0, ev.StateChanged, state=State.RUNNING)
    return told


def comes(told: Told, mono: float, player: str = "") -> Seen:
    return told.take(mono, ev.Occurred, name="player.join", fields={"player": player} if player else {})


def goes(told: Told, mono: float, player: str = "") -> Seen:
    return told.take(mono, ev.Occurred, name="player.leave", fields={"player": player} if player else {})


def count(told: Told, mono: float = 99.0) -> object:
    return told.read("players", mono).plain


def test_nobody_is_on_a_server_that_was_just_started() -> None:
    told = started()
    assert count(told) == 0

    assert "players" in comes(told, 10.0, "Eve").changed
    comes(told, 11.0, "Steve")
    goes(told, 12.0, "Eve")
    assert count(told) == 1


def test_nobody_is_on_a_server_that_is_off() -> None:
    told = started()
    comes(told, 10.0, "Eve")
    seen = told.take(20.0, ev.StateChanged, state=State.OFFLINE)

    assert "players" in seen.changed
    assert count(told) == 0


def test_a_server_that_ran_before_we_came_has_an_unknown_number() -> None:
    told = running()
    told.server.facts.learn_game(COUNTING)
    comes(told, 2.0, "Eve")
    assert count(told) is None

    assert told.take(3.0, ev.PlayersCounted, players=7).changed == {"players"}
    comes(told, 4.0, "Alex")
    assert count(told) == 8


def test_a_game_that_reports_nobody_has_an_unknown_number_even_after_a_start() -> None:
    told = running()
    told.take(2.0, ev.StateChanged, state=State.OFFLINE)
    told.take(3.0, ev.StateChanged, state=State.STARTING)

    assert count(told) is None


def test_a_server_whose_pack_no_longer_counts_does_not_begin_with_nobody() -> None:
    """After a reload with other packs, `players == 0` must not hold of a server that is full."""
    told = started()
    told.server.facts.learn_game(Pack("wings"))
    assert count(told) is None

    told.take(20.0, ev.StateChanged, state=State.OFFLINE)
    told.take(21.0, ev.StateChanged, state=State.STARTING)
    assert count(told) is None


def test_a_game_that_can_only_be_asked_begins_with_nobody_too() -> None:
    told = running()
    told.server.facts.learn_game(Pack("source", polls={"players": Poll("status", 300.0)}))
    told.take(3.0, ev.StateChanged, state=State.STARTING)

    assert count(told) == 0


@pytest.mark.parametrize(
    ("answer", "players"),
    [("12", 12), (12, 12), ("twelve", 0), ("-3", 0), ("9" * 40, 0), (None, 0), (True, 0)],
)
def test_the_answer_to_a_poll_sets_the_number_right(answer: str | int | None, players: int) -> None:
    told = started()
    told.take(10.0, ev.Occurred, name="@players", fields={"n": answer})

    assert count(told) == players


def test_a_player_who_joins_twice_is_counted_once() -> None:
    told = started()
    comes(told, 10.0, "Eve")

    assert "players" not in comes(told, 11.0, "Eve").changed
    assert count(told) == 1


def test_a_player_who_was_not_there_does_not_leave() -> None:
    told = started()
    comes(told, 10.0, "Eve")
    goes(told, 11.0, "Eve")
    goes(told, 11.1, "Eve")
    comes(told, 12.0, "Alex")
    goes(told, 13.0, "Eve")

    assert count(told) == 1


def test_a_player_who_was_there_before_we_counted_may_leave() -> None:
    told = running()
    told.take(3.0, ev.PlayersCounted, players=2)
    goes(told, 4.0, "Eve")

    assert count(told) == 1


def test_players_without_a_name_are_counted() -> None:
    told = started()
    comes(told, 10.0)
    comes(told, 11.0)
    goes(told, 12.0)

    assert count(told) == 1


def test_after_a_lost_link_the_number_is_unknown_until_the_game_tells_it() -> None:
    told = started()
    comes(told, 10.0, "Eve")
    told.take(20.0, ev.LinkLost)
    assert count(told) is None
    told.take(30.0, ev.LinkUp)
    told.take(30.0, ev.StateReported, state=State.RUNNING)
    comes(told, 31.0, "Alex")
    assert count(told) is None

    told.take(40.0, ev.Occurred, name="@players", fields={"n": "3"})
    assert count(told) == 3


def test_lost_lines_may_have_been_joins() -> None:
    told = started()
    assert told.take(20.0, ev.Overflow, lines=3).changed == {"console_age", "players"}

    assert count(told) is None


def test_after_two_polls_without_an_answer_the_number_is_unknown() -> None:
    told = started()
    facts = told.server.facts
    assert [facts.polled(mono) for mono in (300.0, 600.0)] == [frozenset(), frozenset()]
    assert facts.polled(900.0) == {"players"}
    assert count(told) is None

    told.take(901.0, ev.Occurred, name="@players", fields={"n": "0"})
    assert facts.polled(1200.0) == frozenset()
    assert count(told) == 0


def test_a_poll_that_tells_fewer_than_are_known_by_name_forgets_the_names() -> None:
    told = started()
    comes(told, 10.0, "Eve")
    comes(told, 11.0, "Alex")
    told.take(12.0, ev.PlayersCounted, players=1)
    comes(told, 13.0, "Eve")

    assert count(told) == 2


def test_no_more_names_are_kept_than_there_is_room_for() -> None:
    players = Players()
    players.are_told = True
    players.nobody()
    for number in range(MOST_NAMES + 10):
        players.joined("", f"p{number}", 0.0)

    assert players.count == MOST_NAMES + 10


def test_an_answer_is_awaited_until_it_comes_or_two_polls_had_none() -> None:
    players = Players()
    awaited = [players.is_asked]
    for _ in range(3):
        players.asked()
        awaited.append(players.is_asked)
    assert awaited == [False, True, True, False]

    players.told(0)
    players.asked()
    players.told(3)
    assert not players.is_asked


def test_a_leave_that_names_the_account_alone_has_the_name_of_the_join() -> None:
    told = started()
    told.take(10.0, ev.Occurred, name="player.join", fields={"player": "Eve", "account": "77"})
    (left,) = told.take(11.0, ev.Occurred, name="player.leave", fields={"account": "77"}).happened

    assert (left.name, left.fields["player"]) == ("player.leave", "Eve")
    assert count(told) == 0


def test_a_leave_that_names_the_player_alone_is_of_the_account_that_joined() -> None:
    told = started()
    told.take(10.0, ev.Occurred, name="player.join", fields={"player": "Eve", "account": "77"})
    goes(told, 11.0, "Eve")
    comes(told, 12.0, "Alex")
    told.take(13.0, ev.Occurred, name="player.leave", fields={"account": "77"})

    assert count(told) == 1


def test_a_leave_that_names_the_account_too_is_of_the_name_that_joined() -> None:
    players = Players()
    players.told(0)
    assert players.joined("", "Eve", 0.0)

    assert players.left("7", "Eve") == "Eve"
    assert players.count == 0


def test_a_leave_is_of_the_account_that_joined_under_it_as_a_name() -> None:
    """Necesse calls one whom the world has never seen by the number of the account."""
    players = Players()
    players.told(0)
    assert players.joined("", "7", 0.0)

    assert players.left("7", "Eve") == "Eve"
    assert players.count == 0


def test_a_join_told_again_by_the_name_alone_is_the_same_one() -> None:
    players = Players()
    players.are_told = True
    players.nobody()

    assert players.joined("77", "Eve", 0.0)
    assert not players.joined("", "Eve", 0.0)
    assert players.count == 1


def test_a_leave_told_again_by_the_name_alone_is_the_same_one_though_others_are_there_unseen() -> None:
    players = Players()
    players.told(5)
    players.joined("77", "Eve", 0.0)

    assert players.left("77", "") == "Eve"
    assert players.left("", "Eve") is None
    assert players.count == 5
    assert players.joined("78", "Eve", 0.0)
    assert players.left("", "Eve") == "Eve"


def counting(count: int | None = 0) -> Players:
    """Those of a game that counts them, and has so many now."""
    players = Players()
    players.are_told = True
    players.nobody()
    players.count = count
    return players


def test_one_whose_leave_nobody_heard_comes_again_half_a_day_later() -> None:
    players = counting()
    players.joined("", "Eve", 0.0)

    assert not players.joined("", "Eve", LONGEST_STAY - 1)
    assert players.joined("", "Eve", LONGEST_STAY)
    assert not players.joined("", "Eve", LONGEST_STAY + 1)
    assert players.count == 1


def test_where_the_game_tells_no_leaves_every_line_of_a_join_is_one() -> None:
    players = counting(None)
    players.hear_of({JOIN, "ready"})

    assert [players.joined("", "Eve", mono) for mono in (1.0, 2.0)] == [True, True]


def test_where_the_game_tells_no_joins_every_line_of_a_leave_is_one() -> None:
    players = counting(None)
    players.hear_of({LEAVE, "ready"})

    assert [players.left("", "Eve") for _ in range(2)] == ["Eve", "Eve"]


def test_a_leave_told_again_by_the_name_is_the_same_one_though_the_join_was_not_seen() -> None:
    players = counting(3)

    assert players.left("77", "Eve") == "Eve"
    assert players.left("", "Eve") is None
    assert players.count == 2


def test_a_join_told_again_with_the_account_is_the_same_one() -> None:
    players = counting()

    assert players.joined("", "Eve", 1.0)
    assert not players.joined("77", "Eve", 2.0)
    assert players.joined("78", "Eve", 3.0)
    assert (players.left("77", ""), players.count) == ("Eve", 1)


def test_the_name_may_come_in_a_later_line_than_the_join() -> None:
    players = counting()
    players.joined("77", "", 1.0)
    players.joined("77", "Eve", 2.0)

    assert list(players.names) == ["Eve"]
    assert players.left("77", "") == "Eve"


def test_of_two_of_one_name_the_other_is_still_here_when_one_leaves() -> None:
    players = counting()
    players.joined("77", "Eve", 1.0)
    players.joined("78", "Eve", 2.0)
    players.left("77", "")

    assert list(players.names) == ["Eve"]
    assert players.left("", "Eve") == "Eve"
    assert players.count == 0


@pytest.mark.parametrize("joined", [("77", ""), ("", "Eve")])
@pytest.mark.parametrize("left", [("78", ""), ("", "Alex"), ("", "")])
def test_a_leave_is_believed_where_one_who_is_here_may_be_meant(
    joined: tuple[str, str], left: tuple[str, str]
) -> None:
    """An account alone says nothing of one who is known by the name alone, nor the other way round."""
    players = counting()
    players.joined(*joined, 1.0)
    cannot_be_meant = [one == other for one, other in zip(map(bool, joined), map(bool, left), strict=True)]

    assert (players.left(*left) is None) == all(cannot_be_meant)
    assert players.joined(*joined, 2.0) != all(cannot_be_meant)
    assert players.count == 1


def test_of_those_who_may_have_left_unseen_each_is_believed_to_leave_with_the_name_of_the_join() -> None:
    players = counting()
    players.joined("77", "Eve", 1.0)
    players.told(0)  # the game counts one when they have loaded, and printed the join before

    assert players.left("77", "") == "Eve"
    assert players.left("77", "") is None


def test_a_leave_told_again_after_a_count_that_came_late_is_the_same_one() -> None:
    players = counting()
    for name in ("Eve", "Alex", "Steve"):
        players.joined("", name, 1.0)
    players.left("", "Eve")
    players.told(1)

    assert players.left("", "Eve") is None
    assert players.count == 1


def test_who_was_here_may_still_say_something_though_lines_were_missed() -> None:
    told = started()
    comes(told, 10.0, "Eve")
    told.take(11.0, ev.Overflow, lines=3)
    line = ev.LinePrinted(server="u", at=Moment(12.0, 12.0), text="[Knight] Eve: down")

    (one,) = told.server.take(line, LineReader(["down"], {}), 12.0).happened

    assert one.heard is not None
    assert one.heard.source is Source.CHAT


def test_leaves_are_told_once_however_many_left_before() -> None:
    players = counting(None)
    for number in range(MOST_NAMES + 10):
        players.left("", f"p{number}")

    assert players.left("", f"p{number}") is None


def test_of_more_than_can_be_known_the_latest_are() -> None:
    players = counting()
    for number in range(MOST_NAMES + 10):
        players.joined("", f"p{number}", 0.0)

    assert not players.joined("", f"p{number}", 0.0)
    assert len(players.names) == MOST_NAMES
    players.told(1)
    for number in range(MOST_NAMES):
        players.joined("", f"q{number}", 0.0)
    players.told(1)
    assert len(players.names) == MOST_NAMES


LINES = st.sampled_from([("account", "name"), ("account", ""), ("", "name")])
"""What lines tell of who comes or goes."""


@given(st.lists(st.tuples(st.integers(0, 4), st.lists(LINES, max_size=3))), st.booleans())
def test_each_who_comes_and_goes_does_so_once_however_it_is_told(
    turns: list[tuple[int, list[tuple[str, str]]]], is_polled: bool
) -> None:
    players, here, heard, happened = counting(), set[int](), list[str](), list[str]()
    for who, again in turns:
        comes = who not in here
        here ^= {who}
        happened.append(f"{'+' if comes else '-'}p{who}")
        first = ("account", "name") if comes or not again else again[0]
        for account, name in (first, *again):
            told = (account and f"a{who}", name and f"p{who}")
            if comes and players.joined(*told, 1.0):
                heard.append(f"+p{who}")
            elif not comes and (left := players.left(*told)) is not None:
                heard.append(f"-{left}")
        if is_polled:
            players.told(len(here))

    assert heard == happened
    assert players.count == len(here) == len(players.names)


class _Printed(Plain):
    """An index in which each line is what it says: `join Eve` or `leave Eve`."""

    def hear(self, text: str, source: Source, pack: str) -> Heard:
        word, _, player = text.partition(" ")
        event = (f"player.{word}", {"player": player})
        return Heard(text, text, source, patterns=frozenset({"p"}), occurred=(event,))


def printed(told: Told, mono: float, text: str) -> list[str]:
    """The events of a line, which is one happening itself."""
    line = ev.LinePrinted(server="u", at=Moment(mono, mono), text=text)
    return [one.name for one in told.server.take(line, _Printed(), mono).happened if one.name != "line"]


def test_lines_of_a_join_of_one_who_is_here_and_a_leave_of_one_who_is_not_are_no_events() -> None:
    told = started()

    assert printed(told, 10.0, "join Eve") == ["player.join"]
    assert printed(told, 11.0, "join Eve") == []
    assert printed(told, 12.0, "leave Alex") == []
    assert printed(told, 13.0, "leave Eve") == ["player.leave"]
    assert printed(told, 14.0, "leave Eve") == []
    assert printed(told, 15.0, "join Eve") == ["player.join"]


def test_of_one_who_came_before_we_watched_the_line_of_a_leave_is_believed_once() -> None:
    told = running()
    told.server.facts.learn_game(COUNTING)

    assert printed(told, 2.0, "leave Eve") == ["player.leave"]
    assert printed(told, 3.0, "leave Eve") == []


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("[Knight] Eve: down", Source.CHAT),
        ("[Serf] Eve ✦ down", Source.CHAT),
        ("[Knight] Alex: down", Source.GAME),
        ("down", Source.GAME),
    ],
)
def test_what_one_who_is_here_seems_to_say_is_no_output(text: str, source: Source) -> None:
    told = started()
    comes(told, 10.0, "Eve")
    line = ev.LinePrinted(server="u", at=Moment(11.0, 11.0), text=text)

    (one,) = told.server.take(line, LineReader(["down"], {}), 11.0).happened

    assert one.heard is not None
    assert one.heard.source is source
