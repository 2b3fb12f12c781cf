"""Has root obey the modes of files, as everybody else does: what a service may not read, root's tests can."""

from __future__ import annotations

import ctypes
import os

_VERSION = 0x20080522  # of linux/capability.h: two words of 32 capabilities each
_PASS_OVER_MODES = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
_libc = ctypes.CDLL(None, use_errno=True)


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Word(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def obey_modes() -> None:
    """From here on this process opens no more than the modes of files let their owner open."""
    if os.geteuid() != 0:
        return
    words = _told()
    words[0].effective &= ~_PASS_OVER_MODES
    _set(words)


def _told() -> ctypes.Array[_Word]:
    words = (_Word * 2)()
    if _libc.capget(ctypes.byref(_Header(_VERSION, 0)), words):
        raise OSError(ctypes.get_errno(), "capget")
    return words


def _set(words: ctypes.Array[_Word]) -> None:
    if _libc.capset(ctypes.byref(_Header(_VERSION, 0)), words):
        raise OSError(ctypes.get_errno(), "capset")
