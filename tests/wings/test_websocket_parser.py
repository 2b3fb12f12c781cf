"""Messages are cut out of bytes as wsproto would, only faster and bounded."""

from __future__ import annotations

from itertools import chain, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, Pong, TextMessage

from automaton.wings.frame_budget import FRAGMENTS_A_MESSAGE, FRAMES_AT_ONCE
from automaton.wings.websocket_parser import MAX_MESSAGE, WebsocketBroken, WebsocketParser


def written(*events: Event) -> bytes:
    server = Connection(ConnectionType.SERVER)
    return b"".join(server.send(event) for event in events)


def told(items: list[str | Event]) -> list[str]:
    """Comparable: texts as they are, other events by what they say."""
    return [
        item
        if isinstance(item, str)
        else f"<{type(item).__name__} {bytes(item.payload)!r}>"
        if isinstance(item, Ping | Pong)
        else f"<closed {item.code}>"
        if isinstance(item, CloseConnection)
        else repr(item)
        for item in items
    ]


def by_wsproto(data: bytes) -> list[str]:
    """The same by the library alone."""
    connection = Connection(ConnectionType.CLIENT)
    connection.receive_data(data)
    found: list[str | Event] = []
    gathered = ""
    for event in connection.events():
        match event:
            case TextMessage():
                gathered += event.data
                if event.message_finished:
                    found.append(gathered)
                    gathered = ""
            case BytesMessage():
                pass
            case _:
                found.append(event)
    return told(found)


def taken(data: bytes, cuts: list[int]) -> list[str]:
    parser = WebsocketParser(Connection(ConnectionType.CLIENT))
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    found: list[str | Event] = []
    for begin, end in pairwise(places):
        if begin < end:
            found += parser.take(data[begin:end])
    return told(found)


UNKNOWN = "a frame of an unknown kind came"
RESERVED = "a frame came with a reserved bit, as of an extension that nobody agreed upon"
MASKED = "a masked frame came, which no server may send"
LONG_CONTROL = "a control frame came that is in fragments, or too long"
NOT_SHORTEST = "a length was written longer than it need be"
TOO_LARGE = "a message of over 1048576 bytes came"


def broken(data: bytes, parser: WebsocketParser | None = None) -> tuple[int, str]:
    """What the link is closed with, over a bound."""
    parser = parser or WebsocketParser(Connection(ConnectionType.CLIENT))
    with pytest.raises(WebsocketBroken) as raised:
        emptied(parser, data)
    return raised.value.code, str(raised.value)


MESSAGES = st.one_of(
    st.text(max_size=300).map(lambda text: [TextMessage(text)]),
    st.integers(0, 70_000).map(lambda size: [TextMessage("x" * size)]),
    st.lists(st.text(max_size=50), min_size=2, max_size=4).map(
        lambda parts: [
            TextMessage(part, message_finished=number == len(parts) - 1) for number, part in enumerate(parts)
        ]
    ),
    st.tuples(st.text(max_size=20), st.binary(max_size=20), st.text(max_size=20)).map(
        lambda parts: [TextMessage(parts[0], message_finished=False), Ping(parts[1]), TextMessage(parts[2])]
    ),
    st.lists(st.binary(max_size=50), min_size=1, max_size=3).map(
        lambda parts: [
            BytesMessage(part, message_finished=number == len(parts) - 1) for number, part in enumerate(parts)
        ]
    ),
    st.binary(max_size=125).map(lambda payload: [Ping(payload)]),
    st.binary(max_size=125).map(lambda payload: [Pong(payload)]),
)


@given(st.lists(MESSAGES, max_size=12), st.lists(st.integers(0, 1_000_000), max_size=12), st.booleans())
def test_however_the_bytes_are_cut_the_messages_are_those_that_wsproto_reads(
    messages: list[list[Event]], cuts: list[int], closes: bool
) -> None:
    events = [event for message in messages for event in message]
    data = written(*events, *([CloseConnection(4409, "server is suspended")] if closes else []))

    assert taken(data, cuts) == by_wsproto(data)


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=5))
def test_any_bytes_are_messages_a_close_or_broken_and_nothing_else(data: bytes, cuts: list[int]) -> None:
    try:
        found = taken(data, cuts)
    except WebsocketBroken:
        found = []

    assert sum(item.startswith("<closed") for item in found) <= 1


@pytest.mark.parametrize(
    ("data", "code", "why"),
    [
        (b"\x83\x00", 1002, UNKNOWN),
        (b"\x87\x00", 1002, UNKNOWN),
        (b"\x8b\x00", 1002, UNKNOWN),
        (b"\x03\x00", 1002, UNKNOWN),
        (b"\xc1\x00", 1002, RESERVED),
        (b"\xa1\x00", 1002, RESERVED),
        (b"\x99\x00", 1002, RESERVED),
        (b"\x81\x80\x00\x00\x00\x00", 1002, MASKED),
        (b"\x09\x00", 1002, LONG_CONTROL),
        (b"\x89\x7e\x00\x7e" + b"x" * 126, 1002, LONG_CONTROL),
        (b"\x80\x01x", 1002, "a fragment of no message came"),
        (b"\x00\x01x", 1002, "a fragment of no message came"),
        (b"\x01\x01x\x81\x01y", 1002, "a message came within another"),
        (b"\x01\x01x\x02\x01y", 1002, "a message came within another"),
        (b"\x81\x01\xff", 1007, "a text is not UTF-8"),
        (b"\x88\x01x", 1002, None),  # these by wsproto
        (b"\x88\x02\x03\xe7", 1002, None),  # 999
        (b"\x88\x02\x03\xed", 1002, None),  # 1005, which is never sent
        (b"\x88\x03\x03\xe8\xff", 1007, None),
        (b"\x81\xfe", 1002, MASKED),
        (b"\x81\x7e\x00\x01x", 1002, NOT_SHORTEST),
        (b"\x81\x7e\x00\x7d" + b"x" * 125, 1002, NOT_SHORTEST),
        (b"\x81\x7f" + (1).to_bytes(8, "big") + b"x", 1002, NOT_SHORTEST),
        (b"\x81\x7f" + (65535).to_bytes(8, "big") + b"x", 1002, NOT_SHORTEST),
        (b"\x01\x01\xc3\x80\x01\x28", 1007, "a text is not UTF-8"),
    ],
)
def test_what_breaks_the_protocol_closes_the_link(data: bytes, code: int, why: str | None) -> None:
    parser = WebsocketParser(Connection(ConnectionType.CLIENT))
    (closed,) = parser.take(data + written(TextMessage("void")))

    assert isinstance(closed, CloseConnection)
    assert closed.code == code
    assert why is None or closed.reason == why
    assert parser.take(written(TextMessage("void"))) == []
    assert parser.unfinished <= 1  # what had come of a message in fragments goes with the link


def test_what_follows_a_close_is_void() -> None:
    assert taken(written(CloseConnection(1000)) + written(TextMessage("late")), []) == ["<closed 1000>"]


def test_a_message_of_the_bound_is_taken_and_a_larger_one_is_not() -> None:
    assert taken(written(TextMessage("x" * MAX_MESSAGE)), []) == ["x" * MAX_MESSAGE]
    assert broken(written(TextMessage("x" * (MAX_MESSAGE + 1)))) == (1009, TOO_LARGE)


def test_a_header_that_promises_too_much_is_refused_before_the_rest_comes() -> None:
    for length in (MAX_MESSAGE + 1, 2**62, 2**64 - 1):
        assert broken(b"\x81\x7f" + length.to_bytes(8, "big")) == (1009, TOO_LARGE)


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65535, 65536])
@pytest.mark.parametrize("cut", [1, 2, 3, 4, 9, 10, 11])
def test_each_form_of_a_length_is_read_wherever_it_is_cut(size: int, cut: int) -> None:
    assert taken(written(TextMessage("x" * size), TextMessage("y")), [cut]) == ["x" * size, "y"]


def test_fragments_are_bounded_together() -> None:
    piece = written(TextMessage("x" * 65_536, message_finished=False))
    later = b"\x00" + piece[1:]

    assert taken(piece + later * 15, []) == []
    assert broken(piece + later * 16) == (1009, TOO_LARGE)


def test_a_message_in_fragments_may_be_as_long_as_one_in_one_piece_and_a_ping_within_it_is_no_part() -> None:
    half = b"x" * (MAX_MESSAGE // 2)
    first = b"\x01\x7f" + len(half).to_bytes(8, "big") + half
    last = b"\x80\x7f" + len(half).to_bytes(8, "big") + half

    assert taken(first + b"\x89\x7d" + b"p" * 125 + last, [len(first) + 2]) == [
        f"<Ping {b'p' * 125!r}>",
        "x" * MAX_MESSAGE,
    ]
    assert broken(first + last + first + b"\x00\x01x" + last) == (1009, TOO_LARGE)


def test_a_ping_that_is_not_complete_has_room_beside_a_message_of_the_bound() -> None:
    first = b"\x01\x7f" + MAX_MESSAGE.to_bytes(8, "big") + b"x" * MAX_MESSAGE
    ping = b"\x89\x02ab"

    assert taken(first + ping + b"\x80\x00", [len(first) + 3]) == ["<Ping b'ab'>", "x" * MAX_MESSAGE]


def test_after_one_message_in_fragments_comes_the_next_of_any_kind() -> None:
    data = b"\x02\x01\xff\x80\x01\xff" + b"\x01\x01a\x80\x01b" + b"\x82\x01\xff" + b"\x81\x01c"

    assert taken(data, []) == ["ab", "c"]


def test_what_is_kept_of_messages_that_are_not_complete_is_told() -> None:
    parser = WebsocketParser(Connection(ConnectionType.CLIENT))
    kept = []
    for data in (b"", b"\x01\x02ab", b"\x80\x02", b"c", b"d", b"\x02\x02ab"):
        parser.take(data)
        kept.append(parser.unfinished)

    assert kept == [0, 2, 4, 5, 0, 0]  # nothing is kept of what is no text


def test_a_message_that_drips_byte_by_byte_costs_no_more_than_its_length() -> None:
    parser = WebsocketParser(Connection(ConnectionType.CLIENT))
    found: list[str | Event] = []
    for byte in written(TextMessage("x" * 200_000)):
        found += parser.take(bytes([byte]))

    assert found == ["x" * 200_000]


def emptied(parser: WebsocketParser, data: bytes) -> list[list[str | Event]]:
    """The portions of one read."""
    portions = [parser.take(data)]
    while parser.has_more:
        portions.append(parser.take(b""))
    return portions


def test_a_read_full_of_frames_is_given_in_portions_in_order() -> None:
    data = b"".join(written(TextMessage(str(number))) for number in range(2 * FRAMES_AT_ONCE + 1))
    parser = WebsocketParser(Connection(ConnectionType.CLIENT))
    portions = emptied(parser, data)

    assert [len(portion) for portion in portions] == [FRAMES_AT_ONCE, FRAMES_AT_ONCE, 1]
    assert list(chain(*portions)) == [str(number) for number in range(2 * FRAMES_AT_ONCE + 1)]


def test_what_came_is_counted_by_its_kind() -> None:
    parser = WebsocketParser(Connection(ConnectionType.CLIENT))
    parser.take(
        written(
            TextMessage("a", message_finished=False), Ping(), TextMessage("b"), TextMessage("c"), Pong(b"d")
        )
    )

    assert (parser.frames, parser.controls, parser.fragments) == (5, 2, 2)


@pytest.mark.parametrize("first", [b"\x01", b"\x02"], ids=["text", "binary"])
def test_an_endless_message_of_empty_fragments_is_a_breach(first: bytes) -> None:
    parser = WebsocketParser(Connection(ConnectionType.CLIENT))

    data = first + b"\x00" + b"\x00\x00" * FRAGMENTS_A_MESSAGE
    assert broken(data, parser) == (1008, "a message in over 1024 fragments came")


def test_a_message_of_as_many_fragments_as_are_allowed_is_whole() -> None:
    parser = WebsocketParser(Connection(ConnectionType.CLIENT))
    data = b"\x01\x01x" + b"\x00\x01x" * (FRAGMENTS_A_MESSAGE - 2) + b"\x80\x01x"

    assert list(chain(*emptied(parser, data))) == ["x" * FRAGMENTS_A_MESSAGE]


def test_a_fragment_that_would_pass_the_bound_is_refused_before_it_is_whole() -> None:
    parser = WebsocketParser(Connection(ConnectionType.CLIENT))
    parser.take(written(TextMessage("x" * 1000, message_finished=False)))

    assert parser.take(b"\x80\x7f" + (MAX_MESSAGE - 1000).to_bytes(8, "big")) == []
    again = WebsocketParser(Connection(ConnectionType.CLIENT))
    again.take(written(TextMessage("x" * 1000, message_finished=False)))
    assert broken(b"\x80\x7f" + (MAX_MESSAGE - 999).to_bytes(8, "big"), again) == (1009, TOO_LARGE)


def test_nothing_is_left_over_of_a_read_that_was_taken_whole() -> None:
    parser = WebsocketParser(Connection(ConnectionType.CLIENT))
    assert (parser.has_more, parser.unfinished) == (False, 0)
    parser.take(written(*[TextMessage("x")] * FRAMES_AT_ONCE))
    assert parser.has_more is False
    parser.take(written(*[TextMessage("x")] * (FRAMES_AT_ONCE + 1)))
    assert (parser.has_more, parser.frames) == (True, 2 * FRAMES_AT_ONCE)
    parser.take(b"")

    assert parser.has_more is False
    assert parser.frames == 2 * FRAMES_AT_ONCE + 1


def fresh() -> WebsocketParser:
    return WebsocketParser(Connection(ConnectionType.CLIENT))


@given(
    st.one_of(
        st.binary(min_size=1, max_size=300),
        st.text(max_size=200).map(lambda text: written(TextMessage(text))),
    )
)
def test_a_message_alone_is_read_as_any_other_or_left_untouched(data: bytes) -> None:
    quick, slow = fresh(), fresh()

    text = quick.only_text(data)

    if text is not None:
        assert slow.take(data) == [text]
        assert (quick.frames, quick.unfinished) == (slow.frames, slow.unfinished) == (1, 0)
    else:
        assert (quick.frames, quick.unfinished) == (0, 0)


@pytest.mark.parametrize(
    "before", [b"\x81", b"\x01\x00", b"\x88\x00"], ids=["half a frame", "a fragment", "a close"]
)
def test_what_is_not_alone_is_not_taken_for_it(before: bytes) -> None:
    begun = fresh()
    begun.take(before)

    assert begun.only_text(b"\x81\x02hi") is None


@pytest.mark.parametrize("size", [0, 1, 2, 3, 125, 126, 127, 300, 65535])
def test_a_text_alone_is_read_in_both_of_its_usual_forms_of_a_length_and_counted(size: int) -> None:
    parser = fresh()
    data = written(TextMessage("x" * size))

    assert [parser.only_text(data), parser.only_text(data)] == ["x" * size] * 2
    assert (parser.frames, parser.unfinished) == (2, 0)


@pytest.mark.parametrize(
    "data",
    [
        b"\x81", b"\x81\x7e", b"\x81\x7e\x00", b"\x81\x7e\x00\x7e", b"\x81\x7e\x00\x7ex",
        b"\x81\x02h", b"\x81\x02hi\x81", b"\x81\x02hi" * 2, written(TextMessage("x" * 126)) + b"\x81",
        b"\x81\x01\xff", b"\x81\x82\x00\x00\x00\x00hi", b"\x01\x02hi", b"\x82\x02hi", b"\x89\x02hi",
        b"\xc1\x02hi", b"\x81\x7e\x00\x02hi", b"\x81\x7e\x00\x7d" + b"x" * 125,
        written(TextMessage("x" * 65536)),
    ],
)  # fmt: skip
def test_what_is_no_whole_text_alone_or_may_break_the_protocol_is_left_to_the_general_way(
    data: bytes,
) -> None:
    parser = fresh()

    assert parser.only_text(data) is None
    assert (parser.frames, parser.unfinished) == (0, 0)
