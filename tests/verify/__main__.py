"""`python -m tests.verify [--json] [TRACE ...]`: the simulator against recordings of a real Wings.

Without a file it takes those of `tests/verify/recorded`. Exits with 1 where one of them differs.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.verify.recording import RECORDINGS
from tests.verify.report import verify_all


def main() -> int:
    """Verifies the named files, or all that are recorded, and gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.verify", description=__doc__)
    parser.add_argument("traces", nargs="*", type=Path, metavar="TRACE", help="a recorded conversation")
    parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON line a file")
    asked = parser.parse_args()
    return verify_all(asked.traces or RECORDINGS, _say, as_json=asked.as_json)


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - it is a program


if __name__ == "__main__":
    sys.exit(main())
