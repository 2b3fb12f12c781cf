"""The run ends here."""

from __future__ import annotations

from tests.core.story import on_crash


def test_end_ends_the_run() -> None:
    assert on_crash("{send: one}, end, {send: two}").happens(1.0, "crash").calls == ["1 send one"]
