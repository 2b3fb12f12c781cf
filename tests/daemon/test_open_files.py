"""The limit of open files, in processes of their own: what one gives away of it does not come back."""

from __future__ import annotations

import subprocess
import sys

import pytest

from automaton.daemon.open_files import MOST

CODE = """\
import resource, sys
from automaton.daemon.open_files import allow_many
resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[1]), int(sys.argv[2])))
print(allow_many(), *resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(
    ("soft", "hard", "told"),
    [
        (256, 4096, "4096 4096 4096"),
        (4096, 4096, "4096 4096 4096"),
    ],
)
def test_as_many_are_allowed_as_the_process_may_give_itself(soft: int, hard: int, told: str) -> None:
    command = [sys.executable, "-c", CODE, str(soft), str(hard)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == told


def test_ten_thousand_servers_and_a_second_socket_for_each_fit() -> None:
    assert MOST > 2 * 10_000 + 1000
