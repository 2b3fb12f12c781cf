"""Has tools judge the same corpus in turns, and keeps their rates and their failures.

A tool that fails is out for that number of rules; the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.benchmarks.peers.committed import PeerFigures, machine
from tests.benchmarks.peers.corpus import Corpus
from tests.benchmarks.peers.measuring import Rate, Subject, ToolFailed
from tests.benchmarks.peers.tool import ComparedTool


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured: the corpus' lines, seconds a measurement lasts where lines can be repeated."""

    lines: int = 60_000
    seconds: float = 2.5
    most_times: int = 8
    rounds: int = 3


QUICK = Extent(lines=6_000, seconds=0.3, rounds=1)


@dataclass(slots=True)
class Measurements:
    """What came of it so far. `say` is told of each tool that failed, as it fails."""

    say: Callable[[str], object]
    rates: dict[str, dict[int, Rate]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def measure(self, tools: Sequence[ComparedTool], corpus: Corpus, extent: Extent) -> None:
        """All tools in turns, on the same rules and lines."""
        rules = len(corpus.patterns)
        subjects: dict[str, Subject] = {}
        for tool in tools:
            try:
                subject = subjects[tool.name] = Subject(tool, corpus)
                subject.choose_lines(extent.lines, extent.seconds, extent.most_times)
            except ToolFailed as problem:
                self._fail(subjects, tool.name, rules, problem)
        for turn in range(extent.rounds):
            for name, subject in list(subjects.items()):
                if turn == 0 or subject.tool.most_lines is None:  # one round of those that are slow
                    self._round(subjects, name, rules)
        for name, subject in subjects.items():
            self.rates.setdefault(name, {})[rules] = subject.rate()
            subject.close()

    def _round(self, subjects: dict[str, Subject], name: str, rules: int) -> None:
        try:
            subjects[name].round()
        except ToolFailed as problem:
            self._fail(subjects, name, rules, problem)

    def _fail(self, subjects: dict[str, Subject], name: str, rules: int, problem: ToolFailed) -> None:
        if name in subjects:
            subjects.pop(name).close()
        self.failed.append(f"{name} at {rules:,} rules {problem}")
        self.say(self.failed[-1])

    def figures(self, rounds: int, versions: Mapping[str, str | None]) -> PeerFigures:
        """As they are written."""
        cpu, wall, lines = (
            {
                tool: {rules: getattr(rate, kind) for rules, rate in some.items()}
                for tool, some in self.rates.items()
            }
            for kind in ("cpu", "wall", "lines")
        )
        return PeerFigures(machine(), rounds, versions, cpu, wall, lines)
