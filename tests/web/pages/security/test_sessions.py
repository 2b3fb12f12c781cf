"""Sessions end when idle, by will, by a reload, and when there are too many; what hangs on them ends too."""

from __future__ import annotations

from automaton.web.pages.security.sessions import IDLE, MOST_NOTES, MOST_OF_A_PERSON, MOST_SESSIONS, Sessions
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
