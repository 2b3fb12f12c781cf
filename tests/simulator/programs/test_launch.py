"""The launcher alone, on a terminal of the test's own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from automaton.simulator.programs import launch


def shown(*command: str, user: str = "") -> tuple[int, str]:
    """The exit code, and what the terminal showed."""
    ours, theirs = os.openpty()
    arguments = [sys.executable, "-I", "-S", launch.__file__, user, *command]
    code = subprocess.run(
        arguments, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, timeout=60, check=False
    ).returncode
    os.close(theirs)
    text = b""
    with open(ours, "rb", buffering=0) as terminal:
        try:
            while data := terminal.read(4096):
                text += data
        except OSError:
            pass  # its end, as Linux tells it
    return code, text.decode().replace("\r\n", "\n")


def test_the_program_has_the_terminal_for_its_own() -> None:
    assert shown("/bin/sh", "-c", "echo through > /dev/tty") == (0, "through\n")


def test_no_signal_is_ignored_that_python_ignores() -> None:
    assert shown("/bin/grep", "SigIgn", "/proc/self/status") == (0, f"SigIgn:\t{0:016x}\n")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run a program as somebody else")
def test_another_user_keeps_no_group_of_ours() -> None:
    code, text = shown("/usr/bin/id", user="nobody")

    assert (code, "root" in text, "(nobody)" in text) == (0, False, True)


def test_a_program_that_there_is_not_is_told() -> None:
    assert shown("/no/such") == (126, "/no/such cannot be run: No such file or directory\n")
