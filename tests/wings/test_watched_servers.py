"""Two lists compared: who is new, changed, gone."""

from __future__ import annotations

from dataclasses import replace

from automaton.core.events import Profile
from automaton.wings.watched_servers import ListChanges, WatchedServers

LOBBY = Profile(uuid="a", id="a", name="lobby", node="one")
ARENA = Profile(uuid="b", id="b", name="arena", node="lab")


def test_new_and_changed_servers_are_listed_and_others_not() -> None:
    watched_servers = WatchedServers(lambda _: True)

    assert watched_servers.update([LOBBY, ARENA], whole=True) == ListChanges((LOBBY, ARENA), {})
    renamed = replace(ARENA, name="arena 2")
    assert watched_servers.update([LOBBY, renamed], whole=True) == ListChanges((renamed,), {})
    assert watched_servers.update([LOBBY, renamed], whole=True) == ListChanges((), {})


def test_a_server_is_gone_when_two_lists_in_a_row_lack_it() -> None:
    watched_servers = WatchedServers(lambda _: True)
    watched_servers.update([LOBBY, ARENA], whole=True)

    assert watched_servers.update([LOBBY], whole=True) == ListChanges((), {})
    assert watched_servers.update([LOBBY], whole=True) == ListChanges(
        (), {"b": "the Panel does not list it any more"}
    )
    assert watched_servers.update([LOBBY, ARENA], whole=True) == ListChanges((ARENA,), {})


def test_a_server_that_one_list_lacked_and_the_next_has_is_not_half_gone() -> None:
    watched_servers = WatchedServers(lambda _: True)
    watched_servers.update([LOBBY], whole=True)
    watched_servers.update([], whole=True)
    watched_servers.update([LOBBY], whole=True)

    assert watched_servers.update([], whole=True).gone == {}


def test_nothing_is_missing_from_a_list_that_could_not_be_read_whole() -> None:
    watched_servers = WatchedServers(lambda _: True)
    watched_servers.update([LOBBY, ARENA], whole=True)
    for _ in range(5):
        assert watched_servers.update([ARENA], whole=False) == ListChanges((), {})


def test_only_chosen_servers_are_ours_and_one_no_longer_chosen_goes_at_once() -> None:
    watched_servers = WatchedServers(lambda profile: profile.node != "lab")
    assert watched_servers.update([LOBBY, ARENA], whole=True).listed == (LOBBY,)

    watched_servers.watches = lambda profile: profile.node == "lab"

    assert watched_servers.update([LOBBY, ARENA], whole=True) == ListChanges(
        (ARENA,), {"a": "the settings do not choose it any more"}
    )


def test_what_the_panel_says_of_one_server_is_news_once() -> None:
    watched_servers = WatchedServers(lambda _: True)
    watched_servers.update([LOBBY], whole=True)
    suspended = replace(LOBBY, suspended=True)

    assert watched_servers.update_one(suspended)
    assert not watched_servers.update_one(suspended)


def test_a_server_that_another_list_has_now_is_not_missed_and_new_when_it_comes_back() -> None:
    watched_servers = WatchedServers(lambda _: True)
    watched_servers.update([LOBBY, ARENA], whole=True)
    watched_servers.forget("b")

    assert [watched_servers.update([LOBBY], whole=True).gone for _ in range(3)] == [{}, {}, {}]
    assert watched_servers.update([LOBBY, ARENA], whole=True).listed == (ARENA,)
