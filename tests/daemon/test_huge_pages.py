"""The heap is asked for in huge pages, and nothing else is; and no fault of that reaches anybody."""

from __future__ import annotations

import ctypes
import errno
import mmap
import re
import threading
from pathlib import Path

import pytest
from trio.testing import MockClock

from automaton.daemon.huge_pages import (
    ASKED_EVERY,
    HUGE,
    are_given,
    ask,
    ask_again_and_again,
    heap,
)
from automaton.pace.clock import SteadyClock

STACK = 8 * 1024 * 1024
GIVEN = pytest.mark.skipif(not are_given(), reason="this kernel gives no huge pages")


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


@pytest.mark.parametrize("name", ["", "[heap]", "[anon: glibc: malloc]"])
def test_what_is_allocated_is_asked_for_from_the_first_whole_huge_page_to_the_last(name: str) -> None:
    maps = [f"55bc08e40000-55bc0b953000 rw-p 00000000 00:00 0                          {name}\n"]

    assert list(heap(maps, STACK)) == [(0x55BC09000000, 0x55BC0B800000 - 0x55BC09000000)]


@pytest.mark.parametrize(
    "line",
    [
        "7f8bb4800000-7f8bb5800000 r-xp 0001c000 fe:00 5325544                    /usr/lib/libpython3.11.so",
        "7f8bb4800000-7f8bb5800000 rw-p 0001c000 fe:00 5325544                    /usr/lib/libpython3.11.so",
        "7f8bb4800000-7f8bb5800000 rw-s 00000000 00:00 0",
        "7ffd4b400000-7ffd4bc00000 rw-p 00000000 00:00 0                          [stack]",
        "7f8bb4800000-7f8bb5800000 ---p 00000000 00:00 0",
        "7f8bb4801000-7f8bb4bff000 rw-p 00000000 00:00 0",
    ],
)
def test_files_shared_memory_stacks_and_what_is_too_small_are_left_as_they_are(line: str) -> None:
    assert list(heap([line], STACK)) == []


def test_the_stack_of_a_thread_is_left_out_and_what_lies_right_behind_it_is_not() -> None:
    maps = [
        "7f8bb3fff000-7f8bb4000000 ---p 00000000 00:00 0",
        "7f8bb4000000-7f8bb4c00000 rw-p 00000000 00:00 0",
    ]

    assert list(heap(maps, STACK)) == [(0x7F8BB4800000, 2 * HUGE)]


def test_a_stack_whose_guard_has_no_line_is_known_by_its_size() -> None:
    assert list(heap(["7f0000000000-7f0000801000 rw-p 00000000 00:00 0"], STACK)) == []


def test_what_lies_behind_the_room_that_an_arena_of_malloc_keeps_is_no_stack() -> None:
    maps = [
        "7f8bb0021000-7f8bb4000000 ---p 00000000 00:00 0",
        "7f8bb4000000-7f8bb4c00000 rw-p 00000000 00:00 0",
    ]

    assert list(heap(maps, STACK)) == [(0x7F8BB4000000, 6 * HUGE)]


@GIVEN
def test_the_system_knows_afterwards_that_the_heap_is_to_have_them() -> None:
    with mmap.mmap(-1, 8 * HUGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS):
        asked = ask()

        assert asked >= 7 * HUGE
        assert max(_advised()) >= 7 * HUGE // 1024


@GIVEN
def test_stacks_of_threads_that_run_are_not_asked_for() -> None:
    ends = threading.Event()
    threads = [threading.Thread(target=ends.wait, args=(30,)) for _ in range(4)]
    for one in threads:
        one.start()
    ask()
    stacks = [_flags_at(_stack_of(one)) for one in threads]
    ends.set()
    for one in threads:
        one.join()

    assert all("rd" in flags and "hg" not in flags for flags in stacks)


def test_a_path_with_an_odd_character_is_one_line(tmp_path: Path) -> None:
    maps = tmp_path / "maps"
    maps.write_bytes(b"7f8bb4800000-7f8bb5800000 r--p 00000000 fe:00 5                    /tmp/a\rb c\n")

    assert ask(maps) == 0


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("always [madvise] never\n", True),
        ("[always] madvise never\n", True),
        ("always madvise [never]\n", False),
    ],
)
def test_where_the_machine_has_none_that_is_known(tmp_path: Path, text: str, given: bool) -> None:
    enabled = tmp_path / "enabled"
    enabled.write_text(text)

    assert are_given(enabled) is given
    assert not are_given(tmp_path / "no such file")


@pytest.mark.anyio
async def test_it_is_asked_again_and_again_also_where_no_thread_could_be_begun() -> None:
    asked = 0

    def once() -> int:
        nonlocal asked
        asked += 1
        if asked == 2:
            raise RuntimeError("can't start new thread")
        if asked == 4:
            raise OSError(errno.EINVAL, "the end of the test")
        return 0

    clock = SteadyClock(0.0)
    begun = clock.now()
    await ask_again_and_again(once, lambda: True)

    assert asked == 4
    assert clock.now() - begun >= 3 * ASKED_EVERY


@pytest.mark.anyio
@pytest.mark.parametrize("problem", [OSError(errno.EINVAL, "madvise"), ValueError("no such line")])
async def test_where_the_system_has_none_it_is_asked_once_at_the_most_and_that_is_no_fault(
    problem: Exception,
) -> None:
    asked = 0

    def once() -> int:
        nonlocal asked
        asked += 1
        raise problem

    await ask_again_and_again(once, lambda: True)
    await ask_again_and_again(once, lambda: False)

    assert asked == 1


def _advised() -> list[int]:
    """The sizes, in KiB, of the parts of memory for which huge pages were asked for."""
    return [(end - begin) // 1024 for begin, end, flags in _parts() if "hg" in flags]


def _flags_at(address: int) -> list[str]:
    """The flags of the part of memory that has this address."""
    return next(flags for begin, end, flags in _parts() if begin <= address < end)


def _parts() -> list[tuple[int, int, list[str]]]:
    """Where each part of memory begins and ends, and its flags."""
    told = Path("/proc/self/smaps").read_text(errors="replace")
    places = re.findall(r"^([0-9a-f]+)-([0-9a-f]+) ", told, re.MULTILINE)
    flags = re.findall(r"^VmFlags: (.*)", told, re.MULTILINE)
    return [
        (int(begin, 16), int(end, 16), of.split()) for (begin, end), of in zip(places, flags, strict=True)
    ]


def _stack_of(thread: threading.Thread) -> int:
    """An address in the stack of a thread that runs, near its top."""
    system = ctypes.CDLL(None)
    attributes = ctypes.create_string_buffer(256)
    lowest, size = ctypes.c_void_p(), ctypes.c_size_t()
    assert system.pthread_getattr_np(ctypes.c_ulong(thread.ident or 0), attributes) == 0
    assert system.pthread_attr_getstack(attributes, ctypes.byref(lowest), ctypes.byref(size)) == 0
    return (lowest.value or 0) + size.value - 4096
