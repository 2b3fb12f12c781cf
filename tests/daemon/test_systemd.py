"""What systemd hears from us, datagram by datagram, over a real socket."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from automaton.core.moment import Moment
from automaton.daemon.systemd import Systemd


class Manager:
    """A service manager's end of the notify socket."""

    def __init__(self, address: str) -> None:
        self.name = address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind(address.replace("@", "\0", 1))

    def heard(self) -> list[str]:
        """All datagrams that came since the last time."""
        datagrams = []
        while True:
            try:
                datagrams.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return datagrams

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    path = str(tmp_path / "notify")
    manager = Manager(path if request.param == "path" else f"@automaton-test{path}")
    yield manager
    manager.close()


@pytest.fixture
def systemd(manager: Manager) -> Systemd:
    return Systemd({"NOTIFY_SOCKET": manager.name})


def test_a_start_is_told_with_its_status(manager: Manager, systemd: Systemd) -> None:
    systemd.ready("42/43 servers, 17 rules, 1 incident")

    assert manager.heard() == ["READY=1\nSTATUS=42/43 servers, 17 rules, 1 incident"]


def test_each_word_is_one_datagram(manager: Manager, systemd: Systemd) -> None:
    systemd.ready()
    systemd.status("1/1 servers")
    systemd.alive()
    systemd.stopping()

    assert manager.heard() == ["READY=1", "STATUS=1/1 servers", "WATCHDOG=1", "STOPPING=1"]


def test_a_reload_tells_its_monotonic_time_in_the_same_datagram_and_ends_with_ready(
    manager: Manager, systemd: Systemd
) -> None:
    systemd.reloading(Moment(1234.5678915, 1_700_000_000.0))
    systemd.ready()

    assert manager.heard() == ["RELOADING=1\nMONOTONIC_USEC=1234567891", "READY=1"]


@pytest.mark.parametrize("text", ["a\nREADY=1", "a\rb", "a\x00b", "a\u2028b\x1b[0m"])
def test_a_status_cannot_smuggle_in_a_message_of_its_own(
    manager: Manager, systemd: Systemd, text: str
) -> None:
    systemd.status(text)

    (datagram,) = manager.heard()
    assert datagram.startswith("STATUS=a ")
    assert datagram.isprintable()


def test_a_long_status_is_cut_between_characters(manager: Manager, systemd: Systemd) -> None:
    systemd.status("é" * 5000)

    assert manager.heard() == ["STATUS=" + "é" * 250]


def test_a_lone_surrogate_in_a_status_is_no_error(manager: Manager, systemd: Systemd) -> None:
    systemd.status("a\ud800b")

    assert manager.heard() == ["STATUS=a b"]


def test_a_socket_that_is_gone_is_no_error(manager: Manager, systemd: Systemd) -> None:
    manager.close()
    if manager.name.startswith("/"):
        Path(manager.name).unlink()

    systemd.ready()
    systemd.alive()


@pytest.mark.parametrize(
    "name", ["", "relative", "/nowhere/at/all", "/" + "x" * 300, "@" + "x" * 300, "vsock:2:1"]
)
def test_without_a_usable_socket_nothing_happens(name: str) -> None:
    Systemd({"NOTIFY_SOCKET": name}).ready("up")
    Systemd({}).ready("up")


def test_a_full_socket_does_not_hold_us_up(manager: Manager, systemd: Systemd) -> None:
    for _ in range(5000):
        systemd.alive()

    assert set(manager.heard()) == {"WATCHDOG=1"}


@pytest.mark.parametrize(
    ("env", "seconds"),
    [
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "77"}, 30.0),
        ({"WATCHDOG_USEC": "500000"}, 0.5),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "78"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "-1"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_is_ours_only_if_it_names_us(env: dict[str, str], seconds: float | None) -> None:
    assert Systemd(env, pid=77).watchdog == seconds
