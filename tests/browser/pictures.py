"""`make screenshots`: those of build/screenshots that stand in the docs, as docs/images/page-NAME.png."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHOWN = ("fleet", "server", "incident", "rule", "try", "status")
LARGEST = 150 * 1024  # bytes: they are a part of the repository for ever


def main() -> int:
    """Copies them; 1 where one is missing or too large."""
    failed = 0
    for name in SHOWN:
        source = ROOT / "build" / "screenshots" / f"{name}-first.png"
        if not source.is_file():
            sys.stderr.write(f"no screenshot of `{name}`: PAGES of tests/browser/looks.py has no such page\n")
            failed = 1
        elif source.stat().st_size > LARGEST:
            sys.stderr.write(f"the screenshot of `{name}` has more than {LARGEST} bytes\n")
            failed = 1
        else:
            shutil.copyfile(source, ROOT / "docs" / "images" / f"page-{name}.png")
    return failed


if __name__ == "__main__":
    sys.exit(main())
