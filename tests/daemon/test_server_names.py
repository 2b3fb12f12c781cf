"""What people call a server, where its name tells it apart and where it does not."""

from __future__ import annotations

from automaton.core.events import Event, Profile, ServerGone, ServerListed
from automaton.core.moment import Moment
from automaton.daemon.server_names import ServerNames

AT = Moment(0.0, 0.0)


def listed(uuid: str, name: str) -> Event:
    profile = Profile(uuid=uuid, id=uuid[:4], name=name)
    return ServerListed(server=uuid, at=AT, profile=profile)


def names(*events: Event) -> ServerNames:
    found = ServerNames()
    for event in events:
        found.observe(event)
    return found


def test_a_name_that_only_one_server_bears_is_enough() -> None:
    known = names(listed("aaaa-1", "lobby"), listed("bbbb-1", "rust"))

    assert [known.of("aaaa-1"), known.of("bbbb-1")] == ["lobby", "rust"]


def test_two_servers_of_a_name_are_told_apart_by_their_ids() -> None:
    known = names(listed("aaaa-1", "lobby"), listed("bbbb-1", "lobby"))

    assert [known.of("aaaa-1"), known.of("bbbb-1")] == ["lobby (aaaa)", "lobby (bbbb)"]


def test_a_name_that_looks_like_another_with_its_id_betrays_itself() -> None:
    known = names(listed("aaaa-1", "lobby"), listed("bbbb-1", "lobby (aaaa)"))

    assert [known.of("aaaa-1"), known.of("bbbb-1")] == ["lobby", "lobby (aaaa) (bbbb)"]


def test_a_server_that_is_renamed_or_gone_leaves_its_name_to_the_other() -> None:
    both = (listed("aaaa-1", "lobby"), listed("bbbb-1", "lobby"), listed("bbbb-1", "lobby"))
    renamed = names(*both, listed("bbbb-1", "arena"))
    gone = names(*both, ServerGone(server="bbbb-1", at=AT, reason="deleted"))

    assert [renamed.of("aaaa-1"), renamed.of("bbbb-1")] == ["lobby", "arena"]
    assert [gone.of("aaaa-1"), gone.of("bbbb-1")] == ["lobby", "bbbb-1"]


def test_values_of_a_key_stay_behind_the_name_and_other_keys_are_as_they_are() -> None:
    known = names(listed("aaaa-1", "lobby"))

    assert [known.of(key) for key in ("aaaa-1/Steve", "node:eu-1", "fleet")] == [
        "lobby/Steve",
        "node:eu-1",
        "fleet",
    ]
