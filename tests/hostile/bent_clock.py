"""A wall clock that a test sets: the daemon is told the machine's, and so much more or less."""

from __future__ import annotations

import os
import time
from pathlib import Path

# Loaded by Python before the program: what the program is told of the time is then ours to say. The clock that
# counts seconds stays as it is, as on a machine whose wall clock is set.
CLOCK = """\
import time
_real, _file = time.time, {file!r}
def _time():
    with open(_file) as file:
        return _real() + float(file.read() or "0")
time.time = _time
time.time_ns = lambda: int(_time() * 1e9)
"""


class Clock:
    """What the machine's wall clock shows, as seconds from what it really shows."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self._file.write_text("0")
        (folder / "bent").mkdir()
        self.bent = folder / "bent"
        (self.bent / "sitecustomize.py").write_text(CLOCK.format(file=str(self._file)))

    def is_off_by(self, seconds: float) -> None:
        whole = self._file.with_name("clock.new")
        whole.write_text(repr(seconds))
        os.replace(whole, self._file)

    def shows(self, moment: float) -> None:
        self.is_off_by(moment - time.time())  # noqa: TID251 - what it shows is told by what it is off
