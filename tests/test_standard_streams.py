"""Streams that are closed when we begin lead nowhere, and no other file takes their numbers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from automaton.standard_streams import stream_to

SCRIPT = """
import os, sys
from automaton.standard_streams import leave_no_stream_closed, stream_to
leave_no_stream_closed()
opened = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT)
for number in (1, 2):
    with stream_to(os.dup(number)) as stream:
        stream.write("said")
os.write(opened, str(opened).encode())
"""


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_a_file_that_is_opened_later_gets_no_number_of_a_closed_stream(closed: str, tmp_path: Path) -> None:
    file = tmp_path / "ours"
    command = [sys.executable, "-c", SCRIPT, str(file)]
    shell = ["/bin/sh", "-c", f'exec "$@" {closed}', "sh", *command]

    ended = subprocess.run(shell, check=False, capture_output=True, text=True)

    assert (ended.returncode, ended.stderr.replace("said", "")) == (0, "")
    assert int(file.read_text(encoding="utf-8")) > 2


def test_what_is_printed_to_a_stream_by_its_number_arrives_there() -> None:
    reads, writes = os.pipe()
    with stream_to(writes) as stream:
        stream.write("said")

    assert os.read(reads, 9) == b"said"
    os.close(reads)
