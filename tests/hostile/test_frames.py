"""Whatever a node sends on one socket ends at most that link, for a told cause, and delays no other."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.hostile import frames
from tests.hostile.flooding import BREACHES, FLOODS, LIMITS, RULES, Flood, attack, flooding, question
from tests.hostile.world import World, world

pytestmark = pytest.mark.xdist_group("hostile-frames")

MIB = 1024 * 1024
FRAMES = {
    "a_compressed_frame_that_nobody_agreed_upon": (frames.frame(frames.TEXT, b"x", reserved=4), "protocol"),
    "a_reserved_bit": (frames.frame(frames.TEXT, b"x", reserved=1), "protocol"),
    "an_unknown_kind_of_frame": (frames.frame(0x3, b"x"), "protocol"),
    "an_unknown_kind_of_control_frame": (frames.frame(0xB), "protocol"),
    "a_masked_frame": (frames.frame(frames.TEXT, b"x", masked=True), "protocol"),
    "a_ping_in_fragments": (frames.frame(frames.PING, last=False), "protocol"),
    "a_ping_of_126_bytes": (frames.frame(frames.PING, b"x" * 126), "protocol"),
    "a_fragment_of_no_message": (frames.frame(frames.CONTINUED, b"x"), "protocol"),
    "a_message_within_another": (frames.frame(frames.TEXT, b"x", last=False) + frames.text("y"), "protocol"),
    "a_text_that_is_no_utf8": (frames.text(b"\xff"), "protocol"),
    "fragments_that_are_no_utf8_together": (
        frames.frame(frames.TEXT, b"\xc3", last=False) + frames.frame(frames.CONTINUED, b"\x28"),
        "protocol",
    ),
    "a_close_of_one_byte": (frames.frame(frames.CLOSE, b"x"), "protocol"),
    "a_close_with_the_code_0": (frames.closing(0), "protocol"),
    "a_close_with_the_code_999": (frames.closing(999), "protocol"),
    "a_close_with_the_code_1005": (frames.closing(1005), "protocol"),
    "a_close_with_the_code_65535": (frames.closing(65535), "protocol"),
    "a_close_whose_reason_is_no_utf8": (frames.frame(frames.CLOSE, b"\x03\xe8\xff"), "protocol"),
    "a_length_written_longer_than_it_need_be": (b"\x81\x7e\x00\x01x", "protocol"),
    "a_promise_of_2_to_the_62_bytes": (b"\x81\x7f" + (2**62).to_bytes(8, "big"), "too_big"),
    "a_promise_of_2_to_the_64_bytes": (b"\x81\x7f" + b"\xff" * 8, "too_big"),
    "a_message_over_the_bound_in_fragments": (
        frames.frame(frames.TEXT, b"x" * (MIB // 2), last=False)
        + frames.frame(frames.CONTINUED, b"x" * (MIB // 2 + 1)),
        "too_big",
    ),
    "random_bytes": (b"\xf7" + os.urandom(100), "protocol"),
}
NONSENSE = {
    "no_json": frames.text("{"),
    "an_empty_text": frames.text(""),
    "json_a_million_deep": frames.text('{"event":"a","args":' + "[" * (MIB - 100)),
    "an_object_a_hundred_thousand_deep": frames.text('{"event":' * 100_000),
    "arguments_that_are_a_text": frames.text('{"event":"status","args":"offline"}'),
    "arguments_that_are_an_object": frames.text('{"event":"status","args":{"0":"offline"}}'),
    "arguments_that_are_numbers": frames.event("status", 7),
    "arguments_in_arguments": frames.event("status", ["offline"]),
    "arguments_that_are_null": frames.text('{"event":"status","args":null}'),
    "a_hundred_thousand_arguments": frames.event("console output", *["x"] * 100_000),
    "no_event": frames.text('{"args":["offline"]}'),
    "an_event_that_is_a_number": frames.text('{"event":1e400}'),
    "an_event_of_a_mib": frames.event("x" * (MIB - 100)),
    "the_same_key_twice": frames.text('{"event":"status","event":"x","args":["offline"]}'),
    "a_lone_surrogate": frames.text('{"event":"console output","args":["\\ud800"]}'),
    "a_binary_message": frames.frame(frames.BINARY, b'{"event":"status","args":["offline"]}'),
    "an_unsolicited_pong": frames.frame(frames.PONG, b"x" * 125),
    "a_ping": frames.frame(frames.PING, b"x" * 125),
    "a_status_that_there_is_not": frames.event("status", "exploded"),
    "a_reading_of_text": frames.event("stats", "lots"),
    "a_reading_that_is_infinite": frames.event("stats", '{"memory_bytes":1e999,"cpu_absolute":1}'),
    "a_mib_of_line_ends": frames.event("console output", "\n" * (MIB // 2 - 100)),
    "a_mib_of_prompts": frames.event("console output", ">\r" * (MIB // 4)),
    "a_mib_of_combining_marks": frames.event("console output", "\u0301" * (MIB // 6 - 100)),
    "a_mib_of_escapes": frames.event("console output", "\x1b[" * (MIB // 8)),
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A daemon to which each server of FRAMES has sent its attack."""
    servers = [*(name.replace("_", "-") for name in FRAMES), "noisy", "other"]
    with world(tmp_path_factory.mktemp("frames"), servers=servers) as made, made.running():
        for name, (sent, _) in FRAMES.items():
            made[name.replace("_", "-")].sends(sent)
        yield made


@pytest.mark.parametrize("attack", FRAMES)
def test_a_frame_that_no_server_may_send_ends_its_own_link_and_is_told(here: World, attack: str) -> None:
    _, cause = FRAMES[attack]

    here.daemon.tells("link.lost", f"server={attack.replace('_', '-')}", f"cause={cause}")
    here.served(here["other"])
    assert here["other"].connections == 1


@pytest.mark.parametrize("attack", NONSENSE)
def test_a_message_that_is_none_of_wings_means_nothing_and_the_link_stays(here: World, attack: str) -> None:
    noisy = here["noisy"]

    assert here.answers(noisy, NONSENSE[attack]) == []
    assert noisy.connections == 1


QUIET = ["quiet-0", "quiet-1", "quiet-2"]


@pytest.fixture(scope="module")
def flooded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Flood]]:
    """A daemon with three quiet servers, and one link to each kind of flood, that has begun."""
    folder = tmp_path_factory.mktemp("floods")
    with flooding() as flood, world(folder, RULES, servers=QUIET, limits=LIMITS) as made:
        attack(made, flood, list(FLOODS))
        with made.running():
            rest = made.peak()
            flood.begins()
            yield made, flood
            assert made.peak() - rest < 96 * MIB


def test_while_every_kind_of_flood_goes_on_no_line_of_another_server_is_left_without_its_answer(
    flooded: tuple[World, Flood],
) -> None:
    made, _ = flooded
    for number in range(60):
        server = made[QUIET[number % 3]]
        server.prints(question(number))
        server.typed(f"say answer {number}")
    assert [made[name].connections for name in QUIET] == [1, 1, 1]


@pytest.mark.parametrize(
    "kind", sorted(BREACHES - {"a deflate bomb", "random bytes", "a promise of 2^62 bytes"})
)
def test_a_flood_of_tiny_frames_is_closed_with_1008_and_told_as_flooded(
    flooded: tuple[World, Flood], kind: str
) -> None:
    made, _ = flooded
    server = made[f"flood-{list(FLOODS).index(kind)}"]

    told = made.daemon.tells("link.lost", f"server={server.name}", "cause=flooded")
    assert "the node sent more than any Wings does" in told


def test_each_flood_that_is_a_breach_is_closed_with_the_code_that_says_so(
    flooded: tuple[World, Flood],
) -> None:
    made, flood = flooded
    tiny = BREACHES - {"a deflate bomb", "random bytes", "a promise of 2^62 bytes"}
    for kind in BREACHES:
        made.daemon.tells("link.lost", f"server=flood-{list(FLOODS).index(kind)} ")
    here = made["quiet-0"]
    made.served(here)

    assert {kind: flood.codes(kind) for kind in tiny} == {kind: {1008} for kind in tiny}
    assert flood.codes("a promise of 2^62 bytes") == {1009}


ADDRESSES = {
    "a_host_that_is_no_punycode": "ws://xn--a/",
    "a_host_of_punycode_alone": "ws://xn--/",
    "an_empty_label": "ws://a..b/",
    "a_label_of_70_letters": f"ws://{'a' * 70}/",
    "a_port_that_there_is_not": "ws://127.0.0.1:99999/",
    "a_port_of_400_digits": f"ws://127.0.0.1:{'9' * 400}/",
    "half_an_address_of_ipv6": "ws://[::1/",
    "another_scheme": "gopher://127.0.0.1/",
    "a_user": "ws://a:b@127.0.0.1/",
}


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A daemon whose Panel names these sockets."""
    names = [name.replace("_", "-") for name in ADDRESSES]
    with world(tmp_path_factory.mktemp("addresses"), servers=[*names, "other"]) as made:
        for name, address in zip(names, ADDRESSES.values(), strict=True):
            made[name].socket = address
        with made.running(linked=False):
            yield made


@pytest.mark.parametrize("attack", ADDRESSES)
def test_a_socket_address_that_cannot_be_used_ends_its_own_link_only(lost: World, attack: str) -> None:
    told = lost.daemon.tells(f"server={attack.replace('_', '-')}", "cause=")

    assert "cause=socket_address" in told or "cause=unreachable" in told
    lost.daemon.tells("link.up", "server=other")
    lost.served(lost["other"])
