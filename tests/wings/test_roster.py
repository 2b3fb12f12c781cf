"""Two lists compared: who is new, changed, gone."""

from __future__ import annotations

from dataclasses import replace

from automaton.core.events import Profile
from automaton.wings.roster import Changes, Roster

LOBBY = Profile(uuid="a", id="a", name="lobby", node="one")
ARENA = Profile(uuid="b", id="b", name="arena", node="lab")


def test_new_and_changed_servers_are_listed_and_others_not() -> None:
    roster = Roster(lambda _: True)

    assert roster.read([LOBBY, ARENA], whole=True) == Changes((LOBBY, ARENA), {})
    renamed = replace(ARENA, name="arena 2")
    assert roster.read([LOBBY, renamed], whole=True) == Changes((renamed,), {})
    assert roster.read([LOBBY, renamed], whole=True) == Changes((), {})


def test_a_server_is_gone_when_two_lists_in_a_row_lack_it() -> None:
    roster = Roster(lambda _: True)
    roster.read([LOBBY, ARENA], whole=True)

    assert roster.read([LOBBY], whole=True) == Changes((), {})
    assert roster.read([LOBBY], whole=True) == Changes((), {"b": "the Panel does not list it any more"})
    assert roster.read([LOBBY, ARENA], whole=True) == Changes((ARENA,), {})


def test_a_server_that_one_list_lacked_and_the_next_has_is_not_half_gone() -> None:
    roster = Roster(lambda _: True)
    roster.read([LOBBY], whole=True)
    roster.read([], whole=True)
    roster.read([LOBBY], whole=True)

    assert roster.read([], whole=True).gone == {}


def test_nothing_is_missing_from_a_list_that_could_not_be_read_whole() -> None:
    roster = Roster(lambda _: True)
    roster.read([LOBBY, ARENA], whole=True)
    for _ in range(5):
        assert roster.read([ARENA], whole=False) == Changes((), {})


def test_only_chosen_servers_are_ours_and_one_no_longer_chosen_goes_at_once() -> None:
    roster = Roster(lambda profile: profile.node != "lab")
    assert roster.read([LOBBY, ARENA], whole=True).listed == (LOBBY,)

    roster.watches = lambda profile: profile.node == "lab"

    assert roster.read([LOBBY, ARENA], whole=True) == Changes(
        (ARENA,), {"a": "the settings do not choose it any more"}
    )


def test_what_the_panel_says_of_one_server_is_news_once() -> None:
    roster = Roster(lambda _: True)
    roster.read([LOBBY], whole=True)
    suspended = replace(LOBBY, suspended=True)

    assert roster.said(suspended)
    assert not roster.said(suspended)


def test_a_server_that_another_list_has_now_is_not_missed_and_new_when_it_comes_back() -> None:
    roster = Roster(lambda _: True)
    roster.read([LOBBY, ARENA], whole=True)
    roster.forget("b")

    assert [roster.read([LOBBY], whole=True).gone for _ in range(3)] == [{}, {}, {}]
    assert roster.read([LOBBY, ARENA], whole=True).listed == (ARENA,)
