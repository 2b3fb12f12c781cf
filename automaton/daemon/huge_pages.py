"""Memory in pages of 2 MiB: with thousands of servers, an eighth of the time goes into finding smaller ones.

Each reading is about another server, whose objects lie on other pages than those of the last, and a processor
knows by heart where some two thousand pages are. Law: it saves time and nothing else, so no fault of it
reaches anybody.
"""

from __future__ import annotations

import ctypes
import errno
import resource
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import anyio
import anyio.to_thread
import structlog

ASKED_EVERY = 30.0
"""Seconds: memory that is new has to be asked for too. It takes some ten milliseconds, in a thread."""

HUGE = 2 * 1024 * 1024  # bytes, of x86-64 and of arm64 with pages of 4 KiB; for others it is only the least
LARGEST_GUARD = 64 * 1024  # bytes of a page below a stack that nobody may touch, the largest there are
USUAL_STACK = 8 * 1024 * 1024  # bytes; where no limit is set, a thread's stack is no larger

MAPS = Path("/proc/self/maps")
ENABLED = Path("/sys/kernel/mm/transparent_hugepage/enabled")

_MADV_HUGEPAGE = 14  # asm-generic/mman-common.h
# The part was given back meanwhile; there is no memory to note where it is cut, for now.
_PASSING = (errno.ENOMEM, errno.EAGAIN)


def heap(maps: Iterable[str], stack: int) -> Iterator[tuple[int, int]]:
    """Address and length of what huge pages fit into, by the lines of /proc/self/maps.

    That is what the process allocates, without the stacks of threads, of `stack` bytes each: hardly anything
    of these is used, and it would become 2 MiB. Raises ValueError for what is no such line.
    """
    guarded = -1  # where a guard ended
    for line in maps:
        addresses, access, _, _, inode, *name = line.split(maxsplit=5)
        begin, end = (int(one, 16) for one in addresses.split("-"))
        if access.startswith("---"):
            guarded = end if end - begin <= LARGEST_GUARD else -1
        elif access == "rw-p" and inode == "0" and (not name or name[0].startswith(("[heap]", "[anon:"))):
            if begin == guarded:
                begin += stack
            elif stack <= end - begin <= stack + LARGEST_GUARD:  # glibc 2.42 has guards without a line
                continue
            first, last = -(-begin // HUGE) * HUGE, end // HUGE * HUGE
            if first < last:
                yield first, last - first


def are_given(enabled: Path = ENABLED) -> bool:
    """Whether the kernel has huge pages, and gives them to who asks at least."""
    try:
        return "[never]" not in enabled.read_text(encoding="ascii")
    except OSError:
        return False


def ask(maps: Path = MAPS) -> int:
    """Asks for huge pages for all that is allocated now; for how many bytes. Raises OSError and ValueError.

    From then on khugepaged puts pages together in the background, and new ones are huge from the first touch.
    """
    limit, _ = resource.getrlimit(resource.RLIMIT_STACK)
    stack = USUAL_STACK if limit == resource.RLIM_INFINITY else limit
    asked = 0
    with maps.open(encoding="utf-8", errors="replace", newline="\n") as lines:
        wanted = list(heap(lines, stack))
    for address, length in wanted:
        if _madvise()(address, length, _MADV_HUGEPAGE) == 0:
            asked += length
        elif (problem := ctypes.get_errno()) not in _PASSING:
            raise OSError(problem, "madvise")
    return asked


async def ask_again_and_again(
    ask_once: Callable[[], int] = ask, given: Callable[[], bool] = are_given
) -> None:
    """Asks every half a minute, until cancelled, or the system has none."""
    while given():
        try:
            await anyio.to_thread.run_sync(ask_once)
        except (OSError, ValueError) as problem:  # a kernel of another kind
            structlog.get_logger().debug("memory.small_pages", reason=str(problem))
            return
        except RuntimeError:  # no thread can be begun just now
            pass
        await anyio.sleep(ASKED_EVERY)


@cache
def _madvise() -> Callable[[int, int, int], int]:
    madvise: Callable[[int, int, int], int] = ctypes.CDLL(None, use_errno=True).madvise
    # Without them an address would be cut to an int of C. Its type, ctypes' own, has no public name.
    madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]  # type: ignore[attr-defined]
    return madvise
