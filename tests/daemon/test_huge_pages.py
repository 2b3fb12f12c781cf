"""The heap is asked for in huge pages, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import anyio
import pytest

from automaton.daemon import huge_pages
from automaton.daemon.huge_pages import HUGE, ask, ask_again_and_again, heap

HAS_THEM = Path("/sys/kernel/mm/transparent_hugepage").exists()
STACK = 8 * 1024 * 1024


def test_what_is_allocated_is_asked_for_from_the_first_whole_huge_page_to_the_last() -> None:
    maps = [
        "55bc08e40000-55bc0b953000 rw-p 00000000 00:00 0                          [heap]\n",
        "7f8bb482a000-7f8bba600000 rw-p 00000000 00:00 0 \n",
    ]

    assert list(heap(maps, STACK)) == [
        (0x55BC09000000, 0x55BC0B800000 - 0x55BC09000000),
        (0x7F8BB4A00000, 0x7F8BBA600000 - 0x7F8BB4A00000),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "7f8bb4800000-7f8bb5800000 r-xp 0001c000 fe:00 5325544                    /usr/lib/libpython3.11.so",
        "7f8bb4800000-7f8bb5800000 rw-p 0001c000 fe:00 5325544                    /usr/lib/libpython3.11.so",
        "7f8bb4800000-7f8bb5800000 rw-s 00000000 00:01 1027                       /dev/zero (deleted)",
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


@pytest.mark.skipif(not HAS_THEM, reason="this kernel has no huge pages")
def test_the_system_knows_afterwards_that_the_heap_is_to_have_them() -> None:
    kept = bytearray(8 * HUGE)

    asked = ask()

    assert asked >= 7 * HUGE
    assert len(kept) // 1024 - 2 * HUGE // 1024 <= max(_advised())


@pytest.mark.anyio
async def test_where_there_are_none_it_is_asked_once_and_that_is_no_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(huge_pages, "_MAPS", tmp_path / "nothing")

    with anyio.fail_after(5):
        await ask_again_and_again()


def _advised() -> list[int]:
    """The sizes, in KiB, of the parts of memory for which huge pages were asked for."""
    parts = re.split(r"^(?=[0-9a-f]+-[0-9a-f]+ )", Path("/proc/self/smaps").read_text(), flags=re.MULTILINE)
    return [
        int(size[1])
        for part in parts
        if re.search(r"^VmFlags:.*\bhg\b", part, re.MULTILINE)
        and (size := re.search(r"^Size: +(\d+)", part, re.MULTILINE))
    ]
