"""The public eggs, and the pack that a server with each gets. `python -m tests.packs.eggs` counts them."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

TABLE = Path(__file__).with_name("eggs.tsv")
NO_PACK = "wings"


def public_eggs() -> dict[str, str]:
    """The pack of each egg, by the egg's name."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if not line.startswith("#"))


def main() -> None:
    """Prints how many eggs each pack has."""
    eggs = public_eggs()
    having = sum(pack != NO_PACK for pack in eggs.values())
    for pack, number in Counter(eggs.values()).most_common():
        sys.stdout.write(f"{number:4} {pack}\n")
    sys.stdout.write(f"{having} of {len(eggs)} have a pack of their game\n")


if __name__ == "__main__":
    main()
