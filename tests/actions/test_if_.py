"""One way or the other."""

from __future__ import annotations

from tests.core.story import on_crash


def test_if_goes_one_way_or_the_other_and_unknown_is_false() -> None:
    told = on_crash("{if: memory_pct > 50, do: [{send: high}], else: [{send: low}]}, {send: after}")
    told.happens(1.0, "crash").memory(2.0, 80).happens(3.0, "crash")

    assert told.calls == ["1 send low", "1 send after", "3 send high", "3 send after"]
