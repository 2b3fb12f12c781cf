"""All benchmarks but the longest, or those that are named: `python -m tests.benchmarks fleet matching`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
WHEN_NAMED = ("campaign", "soak")  # an hour and more
NO_BENCHMARKS = ("against", "page", "same_work")  # two ask for more than a name, one writes a page


def programs() -> list[str]:
    """What can be run: the modules with a `main` of their own, and the folders that are run as a whole."""
    ending = 'if __name__ == "__main__":'
    modules = {
        path.stem
        for path in FOLDER.glob("*.py")
        if not path.stem.startswith("_") and ending in path.read_text(encoding="utf-8")
    }
    folders = {path.parent.name for path in FOLDER.glob("*/__main__.py")}
    return sorted((modules | folders) - {*NO_BENCHMARKS})


def main(names: list[str]) -> int:
    """Each in a process of its own, so that none warms up for another. The worst exit code."""
    known = programs()
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.stderr.write(f"no benchmark `{unknown[0]}`, there are {', '.join(known)}\n")
        return 2
    worst = 0
    for name in names or [name for name in known if name not in WHEN_NAMED]:
        sys.stdout.write(f"== {name}\n")
        sys.stdout.flush()
        done = subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}"], cwd=FOLDER.parents[1])
        worst = max(worst, abs(done.returncode))
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
