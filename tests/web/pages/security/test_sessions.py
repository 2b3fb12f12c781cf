"""Sessions end when idle, by will, by a reload, and when there are too many; what hangs on them ends too."""

from __future__ import annotations

from hashlib import sha256

import pytest
from msgspec import structs

from automaton.web.pages.security.sessions import (
    IDLE,
    MOST_NOTES,
    MOST_OF_A_PERSON,
    MOST_SESSIONS,
    SEEN_EVERY,
    Sessions,
    SignedIn,
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
    assert not SignedIn("anna", "proof", 0.0).is_proxied
    assert len(by_password.csrf) == 32  # 192 bits


def test_what_was_done_is_told_as_done_unless_it_was_not() -> None:
    _, session = Sessions(HandClock()).begin("anna", "")
    session.note("one")
    session.note("two", "refused")
    session.warn("three")

    assert session.take_notes() == [("done", "one"), ("refused", "two"), ("unknown", "three")]


def of_anna(seen: float, *, is_proxied: bool = False) -> SharedSession:
    return SharedSession(name="anna", proof="proof", csrf="form", seen=seen, is_proxied=is_proxied)


def digits(key: str) -> str:
    return sha256(key.encode()).hexdigest()


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
    assert {hashed: one and one.name for hashed, one in later.items()} == {
        digits(after): "bert",
        digits(before): None,
    }
    assert len(told) == 3


def test_what_is_told_of_a_session_is_all_that_another_member_needs_to_go_on_with_it() -> None:
    clock = HandClock()
    sessions = Sessions(clock)
    (by_password, anna), (by_proxy, vic) = (
        sessions.begin("anna", "proof"),
        sessions.begin("vic", "", is_proxied=True),
    )
    seen = clock.now().wall
    clock.at += 60.0
    sessions.adopt({})

    assert sessions.take_changes() == {
        digits(by_password): SharedSession(name="anna", proof="proof", csrf=anna.csrf, seen=seen),
        digits(by_proxy): SharedSession(name="vic", proof="", csrf=vic.csrf, seen=seen, is_proxied=True),
    }


def test_a_browser_that_signed_in_at_another_member_is_known_here() -> None:
    clock = HandClock()
    sessions = Sessions(clock)
    now = clock.now().wall
    sessions.adopt({digits("key"): of_anna(now - 60.0), digits("proxied"): of_anna(now, is_proxied=True)})
    session, proxied = sessions.find("key"), sessions.find("proxied")

    assert session is not None
    assert proxied is not None
    assert (session.name, session.csrf, session.is_csrf("form")) == ("anna", "form", True)
    assert (session.proof, session.is_proxied, proxied.is_proxied) == ("proof", False, True)


@pytest.mark.parametrize(("ago", "seen"), [(60.0, 940.0), (0.5, 999.5), (0.0, 1000.0), (-60.0, 1000.0)])
def test_when_another_member_saw_a_session_is_kept_in_the_time_of_here_and_is_never_in_the_future(
    ago: float, seen: float
) -> None:
    clock = HandClock(1000.0)
    sessions = Sessions(clock)
    sessions.adopt({digits("key"): of_anna(clock.now().wall - ago)})

    assert [session.seen for session in sessions._open.values()] == [seen]


def test_a_session_that_another_member_saw_later_is_not_idle_here_and_need_not_be_told_soon() -> None:
    clock = HandClock()
    sessions = Sessions(clock)
    sessions.adopt({})
    key, session = sessions.begin("anna", "proof")
    session.note("done here")
    ((hashed, told),) = sessions.take_changes().items()
    assert told is not None
    clock.at += IDLE
    sessions.adopt({hashed: structs.replace(told, seen=clock.now().wall)})
    clock.at += SEEN_EVERY
    found = sessions.find(key)

    assert found is session
    assert (found.take_notes(), sessions.take_changes()) == ([("done", "done here")], {})


def test_a_session_that_another_member_saw_before_we_did_is_as_fresh_as_here() -> None:
    clock = HandClock()
    sessions = Sessions(clock)
    sessions.adopt({})
    key, session = sessions.begin("anna", "proof")
    shared = sessions.take_changes()
    clock.at += SEEN_EVERY + 1.0
    sessions.find(key)
    sessions.take_changes()
    sessions.adopt({hashed: one for hashed, one in shared.items() if one is not None})

    assert (session.seen, session.told) == (clock.at, clock.at)


def test_whoever_signed_in_here_and_out_at_another_member_is_out_here() -> None:
    sessions = Sessions(HandClock())
    sessions.adopt({})
    key, _ = sessions.begin("anna", "proof")
    sessions.adopt({hashed: one for hashed, one in sessions.take_changes().items() if one is not None})
    sessions.adopt({})

    assert sessions.find(key) is None


def test_whoever_signed_out_at_another_member_is_out_here_with_what_he_looks_at() -> None:
    clock, ended = HandClock(), list[str]()
    sessions = Sessions(clock)
    sessions.adopt({digits("key"): of_anna(clock.now().wall)})
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
    shared = {digits("key"): of_anna(clock.now().wall)}
    sessions.adopt(shared)
    sessions.end("key")
    sessions.take_changes()
    sessions.adopt({**shared, digits("other"): of_anna(clock.now().wall)})

    assert sessions.find("key") is None
    assert sessions.find("other") is not None


def test_of_those_that_ended_here_the_last_thousand_do_not_come_back() -> None:
    clock = HandClock()
    sessions = Sessions(clock)
    sessions.adopt({})
    first, second, *others = (sessions.begin(f"name {one}", "")[0] for one in range(MOST_SESSIONS))
    shared = {digits(key): of_anna(clock.now().wall) for key in (first, second)}
    for key in (first, second, *others):
        sessions.end(key)
    sessions.adopt(shared)
    assert len(sessions) == 0

    sessions.end(sessions.begin("anna", "")[0])
    sessions.adopt(shared)

    assert (sessions.find(first) is not None, sessions.find(second)) == (True, None)


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
    later = sessions.take_changes()

    assert soon == {}
    assert {hashed: one and one.seen for hashed, one in later.items()} == {digits(key): clock.now().wall}


def test_what_was_idle_too_long_elsewhere_or_is_no_hash_is_not_taken() -> None:
    clock = HandClock()
    sessions = Sessions(clock)
    now = clock.now().wall
    sessions.adopt({digits("key"): of_anna(now - IDLE - 1.0), "key": of_anna(now)})
    assert len(sessions) == 0

    sessions.adopt({"key": of_anna(now - IDLE), digits("key"): of_anna(now - IDLE)})
    assert len(sessions) == 1


def test_another_member_brings_no_more_sessions_than_may_be_open() -> None:
    clock = HandClock()
    sessions = Sessions(clock)
    for one in range(MOST_SESSIONS - 1):
        sessions.begin(f"name {one}", "")
    now = clock.now().wall
    sessions.adopt({digits("key"): of_anna(now - 2.0), digits("one too many"): of_anna(now - 1.0)})

    assert len(sessions) == MOST_SESSIONS
    assert sessions.find("key") is not None


def test_of_those_of_other_members_too_the_one_that_was_idle_longest_makes_way() -> None:
    clock = HandClock()
    sessions = Sessions(clock)
    now = clock.now().wall
    first, last = sorted(("a", "b"), key=digits)
    sessions.adopt({digits(first): of_anna(now), digits(last): of_anna(now - 60.0)})
    for one in range(MOST_SESSIONS - 1):
        sessions.begin(f"name {one}", "")

    assert (sessions.find(last), sessions.find(first) is not None) == (None, True)


def test_what_could_not_be_told_is_told_later_unless_it_is_old_by_then() -> None:
    sessions = Sessions(HandClock())
    sessions.adopt({})
    key, _ = sessions.begin("anna", "proof")
    changes = sessions.take_changes()
    sessions.end(key)
    sessions.give_back(changes)

    assert list(sessions.take_changes().values()) == [None]


def test_what_could_not_be_told_is_told_again_with_what_has_come_since() -> None:
    sessions = Sessions(HandClock())
    sessions.adopt({})
    sessions.begin("anna", "proof")
    changes = sessions.take_changes()
    sessions.begin("bert", "proof")
    sessions.give_back(changes)

    assert [one and one.name for one in sessions.take_changes().values()] == ["anna", "bert"]
