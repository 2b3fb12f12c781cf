"""The table of docs/security.md on what players can make consoles print: of forgeries.yml and the packs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from tests.packs.ear import SHIPPED
from tests.packs.forgeries import Form, forged, forgeries

PART = "forgeries"  # of docs/security.md
UNCLAIMED = "no event; `console:` sees it, where nobody of that name was seen to join"


def table() -> str:
    """What stands between the markers."""
    return "".join(f"{line}\n" for line in _lines())


def _lines() -> Iterator[str]:
    yield "| pack | ways in which players' words reach its console |"
    yield "|---|---|"
    for pack in sorted(SHIPPED):
        known = forgeries(pack)
        ways = dict.fromkeys(form.by for form in (*known.said, *known.printed, *known.as_game, *known.shown))
        yield f"| `{pack}` | {known.silent or ', '.join(ways)} |"
    yield ""
    yield "| pack | what is left: words that stand there as if the game had printed them | what they forge |"
    yield "|---|---|---|"
    for pack in sorted(SHIPPED):
        for by, lines in _by_way(forgeries(pack).as_game):
            yield f"| `{pack}` | {by}: {lines} | {UNCLAIMED} |"
        for form in forgeries(pack).bare:
            yield f"| `{pack}` | {form.by}: `{_shown(form)}` | {', '.join(_names(pack, form))} |"


def _by_way(forms: Iterable[Form]) -> Iterator[tuple[str, str]]:
    for by, some in groupby(forms, key=lambda form: form.by):
        yield by, ", ".join(f"`{_shown(form)}`" for form in some)


def _shown(form: Form) -> str:
    return form.with_words("…")


def _names(pack: str, form: Form) -> Iterator[str]:
    for name in forged(pack, form):
        yield f"the answer to `{name[1:]}`" if name.startswith("@") else f"`{name}`"
