"""automaton and its peers, side by side: the whole job, line in, rule, action out.

    python -m tests.benchmarks.peers [--quick | --write]

prints lines a second of each tool at 10, 100 and 1,000 rules, and how many times as fast ours is. It fails
where a tool finds other hits than there are, or a ratio fell by more than a tenth of the committed one.
--quick takes fewer lines, is noisy, and fails for hits alone. --write takes the figures over into figures.yml
and docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import sys

from tests.benchmarks.page import write as write_page
from tests.benchmarks.peers.ansible_rulebook import AnsibleRulebook
from tests.benchmarks.peers.committed import FILE, PeerFigures, committed, text_of
from tests.benchmarks.peers.comparison import fallen, not_compared, ratios, shown
from tests.benchmarks.peers.corpus import made_corpus
from tests.benchmarks.peers.fail2ban_regex import Fail2banRegex
from tests.benchmarks.peers.ours import AutomatonReplay
from tests.benchmarks.peers.sec import Sec
from tests.benchmarks.peers.side_by_side import QUICK, Extent, Measurements
from tests.benchmarks.peers.swatchdog import Swatchdog
from tests.benchmarks.peers.tool import ComparedTool

TOOLS: tuple[ComparedTool, ...] = (
    AutomatonReplay(), Sec(), Swatchdog(), Fail2banRegex(), AnsibleRulebook(),
)  # fmt: skip
RULES = (10, 100, 1_000)


def main(arguments: list[str] | None = None) -> int:
    """Measures, prints and compares. 1 where a tool failed or a ratio fell."""
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks.peers")
    extents = options.add_mutually_exclusive_group()
    extents.add_argument("--quick", action="store_true", help="fewer lines, one round")
    extents.add_argument("--write", action="store_true", help="take the figures over into docs/benchmarks.md")
    asked = options.parse_args(arguments)
    extent = QUICK if asked.quick else Extent()
    versions = {tool.name: tool.version() for tool in TOOLS}
    for name, version in versions.items():
        _say(f"{name}: {version or 'not here'}")
    measured = Measurements(_say)
    for rules in RULES:
        measured.measure(
            [tool for tool in TOOLS if versions[tool.name]], made_corpus(rules, extent.lines), extent
        )
        _tell(measured, rules)
    figures = measured.figures(extent.rounds, versions)
    fell = _compare(figures)
    if asked.write and not measured.failed:
        FILE.write_text(text_of(figures), encoding="utf-8")
        write_page()
    return 1 if measured.failed or (fell and not asked.quick) else 0


def _tell(measured: Measurements, rules: int) -> None:
    times = ratios({tool: {n: one.cpu for n, one in some.items()} for tool, some in measured.rates.items()})
    _say(f"{rules:,} rules")
    for tool, some in measured.rates.items():
        if rules in some:
            one = some[rules]
            ratio = times.get(tool, {}).get(rules)
            ours = f"  ours {shown(ratio)}" if ratio is not None else ""
            _say(
                f"  {tool:17} {one.cpu:>11,.0f} lines/s  {one.wall:>11,.0f} by the clock  "
                f"{one.lines:>7} lines{ours}"
            )


def _compare(figures: PeerFigures) -> bool:
    before = committed()
    if before is None:
        _say("nothing is committed to compare with")
        return False
    for sentence in not_compared(before.rates, figures.rates):
        _say(sentence)
    fell = fallen(before.rates, figures.rates)
    for one in fell:
        _say(str(one))
    if not fell:
        _say("no ratio fell by more than a tenth of the committed one")
    return bool(fell)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
