"""An hour of readings for the page of a server that has run for a minute: put into its real answer."""

from __future__ import annotations

import json
from math import sin
from random import Random
from typing import Any

from playwright.sync_api import Page, Route

STEP = 10.0  # seconds, as those of the page's own history
GIB = 1024.0**3


def with_an_hour(page: Page) -> None:
    """From now on charts that are loaded have a whole hour; rules, limits and the rest stay as they are."""
    page.route("**/servers/*/history?*", _answer)


def _answer(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=json.dumps(filled(answer.json())))


def filled(content: dict[str, Any]) -> dict[str, Any]:
    """The content of charts with a reading every ten seconds, a gap among them, and a past incident."""
    chance, count = Random(11), int((content["now"] - content["begin"]) / STEP)
    whole = content["limits"].get("memory", 2 * GIB)
    wave = [sin(place / 40) + chance.uniform(-0.15, 0.15) for place in range(count)]
    series: dict[str, list[float | None]] = {
        "memory": [whole * (0.52 + 0.16 * one) for one in wave],
        "cpu": [34 + 16 * one + chance.uniform(0, 9) for one in wave],
        "disk": [0.8 * GIB + place * 2e5 for place in range(count)],
        "players": [round(6 + 4 * one) for one in wave],
        "rx": [9_000 + 5_000 * one for one in wave],
        "tx": [21_000 + 11_000 * one for one in wave],
    }
    for values in series.values():
        values[count // 5 : count // 5 + 9] = [None] * 9
    times = [content["begin"] + place * STEP for place in range(count)]
    past = {
        "rule": "memory-high",
        "begin": times[count * 5 // 6],
        "end": times[count * 5 // 6 + 32],
        "charts": ["memory"],
    }
    stretches = [{**past, "pending": times[count * 5 // 6 - 12]}, *content["stretches"]]
    marks = [{"at": times[count * 5 // 6 + 12], "label": "restart by memory-high, done"}, *content["marks"]]
    return {
        **content, "since": content["begin"], "step": STEP, "times": times, "series": series,
        "stretches": stretches, "marks": marks,
    }  # fmt: skip
