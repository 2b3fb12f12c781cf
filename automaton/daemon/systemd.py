"""Tells systemd how the service is: our own sixty lines of sd_notify.

A datagram to the socket that NOTIFY_SOCKET names. Without one, or when it is gone, nothing happens:
the service manager may be restarted, and the daemon must not mind.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping

from automaton.core.moment import Moment

STATUS_LIMIT = 500  # bytes of a status line; `systemctl status` shows one line


class Systemd:
    """The service manager that started us. Without one, every method does nothing."""

    def __init__(self, env: Mapping[str, str], pid: int | None = None) -> None:
        """`env` is read once, here; `pid` is ours (default the real one)."""
        self._address = address(env.get("NOTIFY_SOCKET", ""))
        self.watchdog = watchdog(env, os.getpid() if pid is None else pid)

    def ready(self, status: str = "") -> None:
        """The service is up, or the reload is done."""
        self._tell("READY=1", *([f"STATUS={one_line(status)}"] if status else []))

    def status(self, text: str) -> None:
        """One line for `systemctl status`, such as `42/43 servers, 17 rules, 1 incident`."""
        self._tell(f"STATUS={one_line(text)}")

    def alive(self) -> None:
        """Feeds the watchdog. Must be called by what must turn, at least twice in `watchdog` seconds."""
        self._tell("WATCHDOG=1")

    def reloading(self, now: Moment) -> None:
        """A reload begins; `ready` ends it. `now` must come from the system's clock."""
        # both in one datagram, and CLOCK_MONOTONIC in microseconds, or `systemctl reload` never returns
        self._tell("RELOADING=1", f"MONOTONIC_USEC={int(now.mono * 1_000_000)}")

    def stopping(self) -> None:
        """The service ends on purpose."""
        self._tell("STOPPING=1")

    def _tell(self, *lines: str) -> None:
        if self._address is None:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
                notify.setblocking(False)
                notify.sendto("\n".join(lines).encode(), self._address)
        except OSError:
            return  # gone, full or forbidden: nothing that we could do, or should stop for


def address(name: str) -> str | None:
    """The socket's address: a path, or `@name` for one in the abstract namespace. Else None."""
    if name.startswith("@"):
        return "\0" + name[1:]
    return name if name.startswith("/") else None


def watchdog(env: Mapping[str, str], pid: int) -> float | None:
    """Seconds within which systemd wants to hear from us; None where it does not wait for this process."""
    if env.get("WATCHDOG_PID", str(pid)) != str(pid):
        return None
    micros = env.get("WATCHDOG_USEC", "")
    return int(micros) / 1_000_000 if micros.isascii() and micros.isdigit() and int(micros) > 0 else None


def one_line(text: str) -> str:
    """Printable and short: a line end in a status would begin a new message to systemd."""
    kept = "".join(char if char.isprintable() else " " for char in text)
    return kept.encode("utf-8", "replace")[:STATUS_LIMIT].decode("utf-8", "ignore")
