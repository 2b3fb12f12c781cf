"""What a rule did and held over time, as bars: each stands for an hour or a day, fired above held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from automaton.core.decision import DecisionKind, Verdict
from automaton.web.pages.trail_port import TrailCount

HEIGHT = 64.0  # of the drawing, in its own units
WIDE, GAP = 12.0, 3.0  # a bar and what parts it from the next


@dataclass(frozen=True, slots=True)
class BarSpan:
    """So many bars of so many seconds each."""

    name: str
    bars: int
    width: float

    @property
    def seconds(self) -> float:
        """All of them together."""
        return self.bars * self.width


DAY, MONTH = BarSpan("24 hours", 24, 3600.0), BarSpan("30 days", 30, 86_400.0)


@dataclass(frozen=True, slots=True)
class Bar:
    """`x` and the heights are in units of the drawing. `begins` is wall time."""

    x: float
    begins: float
    fired: int
    held: int
    fired_height: float
    held_height: float


@dataclass(frozen=True, slots=True)
class VerdictCount:
    """How often a verdict came, with its sentence."""

    word: str
    sentence: str
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars, and what came of each verdict in all of them."""

    span: BarSpan
    bars: tuple[Bar, ...]
    verdicts: tuple[VerdictCount, ...]
    most: int
    width: float = 0.0
    height: float = HEIGHT

    @property
    def fired(self) -> int:
        """How often it fired."""
        return sum(one.fired for one in self.bars)

    @property
    def held(self) -> int:
        """How often it was held."""
        return sum(one.held for one in self.bars)


def chart(span: BarSpan, counts: Iterable[TrailCount], now: float) -> Chart:
    """The bars up to now, of what the trail counts from `now - span.seconds` on."""
    fired, held, verdicts = Counter[int](), Counter[int](), Counter[str]()
    for one in counts:
        number = min(max(one.number, 0), span.bars - 1)
        verdicts[one.verdict] += one.count
        if one.verdict == Verdict.FIRED:
            fired[number] += one.count
        elif kind_of(one.verdict) == DecisionKind.HELD:
            held[number] += one.count
    most = max((fired[number] + held[number] for number in range(span.bars)), default=0)
    began, scale = now - span.seconds, HEIGHT / most if most else 0.0
    bars = tuple(
        Bar(
            number * (WIDE + GAP), began + number * span.width, fired[number], held[number],
            round(fired[number] * scale, 2), round(held[number] * scale, 2),
        )
        for number in range(span.bars)
    )  # fmt: skip
    return Chart(span, bars, tuple(counted(verdicts)), most, span.bars * (WIDE + GAP) - GAP)


def counted(verdicts: Mapping[str, int]) -> list[VerdictCount]:
    """The most frequent first, each with its sentence; one of another version is told as it is."""
    found = []
    for word, count in sorted(verdicts.items(), key=lambda item: (-item[1], item[0])):
        known = Verdict._value2member_map_.get(word)
        sentence = known.sentence if isinstance(known, Verdict) else ""
        found.append(VerdictCount(word, sentence, kind_of(word), count))
    return found


def kind_of(word: str) -> str:
    """What a verdict comes to: `fired`, `held` or `not_matched`; empty for one that is not known."""
    known = Verdict._value2member_map_.get(word)
    return known.kind.value if isinstance(known, Verdict) else ""
