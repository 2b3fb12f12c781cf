"""Memory in pages of 2 MiB: with thousands of servers, a fifth of the time went into finding smaller ones.

Each reading is about another server, whose objects lie on other pages, and a processor knows by heart where
some two thousand pages are. Linux gives larger ones to who asks (`madvise`, MADV_HUGEPAGE), where the machine
does not give them to all, or to nobody: /sys/kernel/mm/transparent_hugepage/enabled. It is asked again and
again, for memory that is new has to be asked for too; khugepaged puts pages together in the background.
"""

from __future__ import annotations

import ctypes
import errno
import resource
from collections.abc import Iterable, Iterator
from pathlib import Path

import anyio
import anyio.to_thread
import structlog

ASKED_EVERY = 30.0  # seconds; it takes a few milliseconds, in a thread
HUGE = 2 * 1024 * 1024  # bytes, of x86-64 and of arm64 with pages of 4 KiB; for others it is only the least
USUAL_STACK = 8 * 1024 * 1024  # bytes, where none is set

_MAPS = Path("/proc/self/maps")
_MADV_HUGEPAGE = 14  # asm-generic/mman-common.h


def heap(maps: Iterable[str], stack: int) -> Iterator[tuple[int, int]]:
    """Address and length of what huge pages fit into, by the lines of /proc/self/maps.

    That is what the process allocates, without the stacks of threads, `stack` bytes each behind a page that
    nobody may touch: of those hardly anything is used, and it would become 2 MiB each.
    """
    guarded = -1  # where a part ended that nobody may touch
    for line in maps:
        addresses, access, _, _, inode, *name = line.split(maxsplit=5)
        begin, end = (int(one, 16) for one in addresses.split("-"))
        if access.startswith("---"):
            guarded = end
        elif access == "rw-p" and inode == "0" and (not name or name[0].startswith(("[heap]", "[anon:"))):
            if begin == guarded:
                begin += stack
            first, last = -(-begin // HUGE) * HUGE, end // HUGE * HUGE
            if first < last:
                yield first, last - first


def ask() -> int:
    """Asks for huge pages for all that is allocated now; for how many bytes. Raises OSError without any."""
    stack, _ = resource.getrlimit(resource.RLIMIT_STACK)
    stack = stack if stack != resource.RLIM_INFINITY else USUAL_STACK
    system = ctypes.CDLL(None, use_errno=True)
    system.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    asked = 0
    with _MAPS.open(encoding="utf-8", errors="replace") as maps:
        wanted = list(heap(maps, stack))
    for address, length in wanted:
        if system.madvise(address, length, _MADV_HUGEPAGE) == 0:
            asked += length
        elif ctypes.get_errno() != errno.ENOMEM:  # a part was given back meanwhile
            raise OSError(ctypes.get_errno(), "madvise")
    return asked


async def ask_again_and_again() -> None:
    """Asks every half a minute, until cancelled, or the system has none."""
    while True:
        try:
            await anyio.to_thread.run_sync(ask)
        except OSError as problem:  # another system, or a kernel without them
            structlog.get_logger().debug("memory.small_pages", reason=str(problem))
            return
        await anyio.sleep(ASKED_EVERY)
