"""The parts of docs/security.md that are written, not edited: each stands between two markers.

    python -m tests.security.page

writes them all. The table of attacks has a writer of its own.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE_FILE = ROOT / "docs" / "security.md"


def between(name: str, page: str) -> str:
    """What stands between `<!-- name begin -->` and `<!-- name end -->`. Raises LookupError without both."""
    found = re.search(rf"<!-- {name} begin -->\n(.*?)<!-- {name} end -->", page, re.DOTALL)
    if found is None:
        raise LookupError(f"the page has no markers for {name}")
    return found[1]


def with_part(name: str, part: str, page: str) -> str:
    """The page with another part between the markers of this name."""
    old = between(name, page)
    return page.replace(f"<!-- {name} begin -->\n{old}", f"<!-- {name} begin -->\n{part}", 1)


def main() -> None:
    """Writes the bounds, what consoles can be made to say, and, with systemd-analyze, the sandbox."""
    from tests.packs import forgery_table
    from tests.security import bounds, sandbox

    page = with_part("bounds", bounds.table(), PAGE_FILE.read_text(encoding="utf-8"))
    page = with_part(forgery_table.PART, forgery_table.table(), page)
    if sandbox.version() is not None:
        page = with_part("sandbox", sandbox.table(), page)
    PAGE_FILE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
