"""Sessions end when idle, by will, by a reload, and when there are too many; what hangs on them ends too."""

from __future__ import annotations

from hashlib import sha256

from automaton.web.pages.security.sessions import (
    IDLE,
    MOST_NOTES,
    MOST_OF_A_PERSON,
    MOST_SESSIONS,
    SEEN_EVERY,
    Sessions,
)
from automaton.web.routes.page_sessions import SharedSession
from tests.web.pages.visiting import HandClock


def test_a_session_is_found_by_its_key_until_it_was_idle_for_twelve_hours() -> None:
    clock = HandClock()
    sessions = Sessions(clock)
    ended: list[str] = []
    key, session = sessions.begin("anna", "proof")
    session.at_end(lambda: ended.append("stream"))
    clock.at += IDLE
    found = sessions.find(key)
    clock.at += IDLE + 1

    assert IDLE == 12 * 3600
    assert found is session
    assert (sessions.find(key), ended, len(sessions)) == (None, ["stream"], 0)


def test_keys_are_by_chance_and_not_kept() -> None:
    sessions = Sessions(HandClock())
    key, session = sessions.begin("anna", "proof")
    other, _ = sessions.begin("anna", "proof")

    assert key != other
    assert len(key) >= 43  # 256 bits
    assert key.encode() not in sessions._open
    assert [sessions.find(wrong) for wrong in ("", "x", key[:-1], "\ud800")] == [None] * 4
    assert (session.is_csrf(session.csrf), session.is_csrf(""), session.is_csrf("\ud800")) == (
        True,
        False,
        False,
    )


def test_those_that_may_not_go_on_end_with_their_streams() -> None:
    sessions = Sessions(HandClock())
    ended: list[str] = []
    for name in ("anna", "vic"):
        _, session = sessions.begin(name, "proof")
        session.at_end(lambda name=name: ended.append(name))  # type: ignore[misc] # mypy takes no default of a lambda
        session.at_end(lambda: ended.append("left before"))()
    sessions.end_all(lambda session: session.name == "vic")

    assert (ended, sessions.of("anna"), sessions.of("vic")) == (["anna"], 0, 1)


def test_a_person_who_begins_many_ends_his_own_and_nobody_elses() -> None:
    sessions = Sessions(HandClock())
    key, _ = sessions.begin("vic", "proof")
    first, _ = sessions.begin("anna", "proof")
    for _ in range(MOST_OF_A_PERSON):
        sessions.begin("anna", "proof")

    assert (sessions.find(first), sessions.of("anna")) == (None, MOST_OF_A_PERSON)
    assert sessions.find(key) is not None


def test_of_too_many_the_one_that_was_idle_longest_makes_way() -> None:
    sessions = Sessions(HandClock())
    keys = [sessions.begin(f"name {one}", "")[0] for one in range(MOST_SESSIONS)]
    sessions.find(keys[0])
    sessions.begin("new", "")

    assert len(sessions) == MOST_SESSIONS
    assert (sessions.find(keys[1]), sessions.find(keys[0]) is not None) == (None, True)


def test_what_was_done_is_told_once_and_the_last_of_it() -> None:
    _, session = Sessions(HandClock()).begin("anna", "")
    for one in range(MOST_NOTES + 2):
        session.note(str(one))

    assert [text for _, text in session.take_notes()] == ["2", "3", "4", "5", "6"]
    assert session.take_notes() == []


def test_a_session_ends_by_will_with_its_streams_and_no_other_does() -> None:
    sessions = Sessions(HandClock())
    ended: list[str] = []
    (key, mine), (other, _) = sessions.begin("anna", "proof"), sessions.begin("anna", "proof")
    mine.at_end(lambda: ended.append("stream"))
    sessions.end("x")
    sessions.end(key)
    sessions.end(key)

    assert (sessions.find(key), ended, len(sessions)) == (None, ["stream"], 1)
    assert sessions.find(other) is not None


def test_a_session_knows_what_let_its_person_in() -> None:
    sessions = Sessions(HandClock())
    _, by_password = sessions.begin("anna", "proof")
    _, by_proxy = sessions.begin("vic", "", is_proxied=True)

    assert (by_password.proof, by_password.is_proxied, by_proxy.is_proxied) == ("proof", False, True)
    assert len(by_password.csrf) == 32  # 192 bits


def test_what_was_done_is_told_as_done_unless_it_was_not() -> None:
    _, session = Sessions(HandClock()).begin("anna", "")
    session.note("one")
    session.note("two", "refused")

    assert session.take_notes() == [("done", "one"), ("refused", "two")]


def of_anna(seen: float) -> SharedSession:
    return SharedSession(name="anna", proof="proof", csrf="form", seen=seen)


def test_alone_nobody_is_told_of_sessions() -> None:
    sessions = Sessions(HandClock())
    sessions.begin("anna", "proof")

    assert sessions.take_changes() == {}


def test_what_began_and_ended_here_is_told_to_other_members() -> None:
    told: list[str] = []
    sessions = Sessions(HandClock(), lambda: told.append("news"))
    before, first = sessions.begin("anna", "proof")
    sessions.adopt({})
    known = sessions.take_changes()
    after, _ = sessions.begin("bert", "proof")
    sessions.end(before)
    later = sessions.take_changes()

    assert [one and (one.name, one.csrf) for one in known.values()] == [("anna", first.csrf)]
    assert {digits: one and one.name for digits, one in later.items()} == {
        sha256(after.encode()).hexdigest(): "bert",
        sha256(before.encode()).hexdigest(): None,
    }
    assert len(told) == 3


def test_a_browser_that_signed_in_at_another_member_is_known_here() -> None:
    clock = HandClock()
    sessions = Sessions(clock)
    sessions.adopt({sha256(b"key").hexdigest(): of_anna(clock.now().wall - 60.0)})
    session = sessions.find("key")

    assert session is not None
    assert (session.name, session.csrf, session.is_csrf("form")) == ("anna", "form", True)


def test_whoever_signed_out_at_another_member_is_out_here_with_what_he_looks_at() -> None:
    clock, ended = HandClock(), list[str]()
    sessions = Sessions(clock)
    sessions.adopt({sha256(b"key").hexdigest(): of_anna(clock.now().wall)})
    session = sessions.find("key")
    assert session is not None
    session.at_end(lambda: ended.append("stream"))
    sessions.adopt({})

    assert (sessions.find("key"), ended) == (None, ["stream"])


def test_what_was_not_told_yet_is_not_ended_by_what_others_know() -> None:
    sessions = Sessions(HandClock())
    sessions.adopt({})
    key, _ = sessions.begin("anna", "proof")
    sessions.take_changes()
    sessions.adopt({})  # from before

    assert sessions.find(key) is not None


def test_whoever_signed_out_here_does_not_come_back_by_what_others_knew_before() -> None:
    clock = HandClock()
    sessions = Sessions(clock)
    shared = {sha256(b"key").hexdigest(): of_anna(clock.now().wall)}
    sessions.adopt(shared)
    sessions.end("key")
    sessions.take_changes()
    sessions.adopt(shared)

    assert sessions.find("key") is None


def test_a_session_that_is_used_is_told_now_and_then() -> None:
    clock = HandClock()
    sessions = Sessions(clock)
    sessions.adopt({})
    key, _ = sessions.begin("anna", "proof")
    sessions.take_changes()
    clock.at += SEEN_EVERY
    sessions.find(key)
    soon = sessions.take_changes()
    clock.at += 1.0
    sessions.find(key)

    assert (soon, len(sessions.take_changes())) == ({}, 1)


def test_what_was_idle_too_long_elsewhere_or_is_no_hash_is_not_taken() -> None:
    clock = HandClock()
    sessions = Sessions(clock)
    now = clock.now().wall
    sessions.adopt({sha256(b"key").hexdigest(): of_anna(now - IDLE - 1.0), "key": of_anna(now)})

    assert len(sessions) == 0


def test_what_could_not_be_told_is_told_later_unless_it_is_old_by_then() -> None:
    sessions = Sessions(HandClock())
    sessions.adopt({})
    key, _ = sessions.begin("anna", "proof")
    changes = sessions.take_changes()
    sessions.end(key)
    sessions.give_back(changes)

    assert list(sessions.take_changes().values()) == [None]
