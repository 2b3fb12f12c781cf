"""Templates, autoescaped: names, lines and words of strangers stand in them as text, whatever they are.

`Markup` is made by templates alone. What a filter gives is text, escaped like any other.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from automaton.core.span import span
from automaton.printable import UNSEEN
from automaton.web.explain_words import reason
from automaton.web.pages.key_names import told_name, values_of

HERE = Path(__file__).parent
STATIC = HERE / "static"
UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


def environment() -> Environment:
    """What renders: an unknown name in a template is an error, never an empty place."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_visible,
    )
    made.filters.update(
        span=span,
        size=size,
        percent=percent,
        clock=clock,
        ago=ago,
        number=number,
        id=part_id,
        ticks=ticks,
        reason=reason,
        told_name=told_name,
        values_of=values_of,
    )
    made.globals.update(static=static)
    return made


class Renderer:
    """Renders templates of this folder."""

    def __init__(self) -> None:
        self._environment = environment()

    def page(self, template: str, **values: Any) -> str:
        """A whole page, or a part of one in a file of its own."""
        return self._environment.get_template(template).render(values)

    def part(self, template: str, macro: str, *arguments: Any) -> str:
        """What one macro of a file of macros gives: a part of a page, as the page itself shows it.

        Such files, `…_parts.html`, hold macros and nothing else: to reach one, all of its file is rendered.
        """
        return str(getattr(self._environment.get_template(template).module, macro)(*arguments))


def _visible(value: object) -> object:
    """What nobody sees, or what turns the text around it, as an escape; lines stay lines."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return UNSEEN.sub(lambda found: found[0] if found[0] in "\n\t" else ascii(found[0])[1:-1], value)


def part_id(text: str) -> str:
    """A stranger's text as a part of an element's id: letters, digits and `-`, the same for the same text."""
    return sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]


def size(value: float | None) -> str:
    """Bytes, with three digits at the most: `1.5 GiB`; `–` for what is not known."""
    if value is None:
        return "–"
    amount, power = float(value), 0
    while abs(amount) >= 1024 and power < len(UNITS) - 1:
        amount, power = amount / 1024, power + 1
    decimals = 0 if power == 0 or amount >= 100 else 1 if amount >= 10 else 2
    return f"{amount:.{decimals}f} {UNITS[power]}"


def percent(value: float | None) -> str:
    """Percent without decimals; `–` for what is not known."""
    return "–" if value is None else f"{value:.0f} %"


def number(value: float | None) -> str:
    """A number with thousands apart; `–` for what is not known."""
    return "–" if value is None else f"{value:,.10g}".replace(",", "\u202f")


def ticks(text: str) -> Markup:
    """Words of ours with what is written in backticks as code."""
    pieces = str(_visible(text)).split("`")
    if len(pieces) % 2 == 0:  # one is left over: a stranger's, perhaps
        return Markup("{}").format("`".join(pieces))
    return Markup("").join(
        Markup("<code>{}</code>").format(one) if number % 2 else one for number, one in enumerate(pieces)
    )


def clock(wall: float, form: str = "clock") -> Markup:
    """A moment: as UTC for machines and for those without JavaScript, in the viewer's zone else.

    `form` is what live.js writes: `clock`, `date` or `ago`.
    """
    try:
        when = datetime.fromtimestamp(wall, UTC)
    except (ValueError, OverflowError, OSError):
        return Markup("<span>–</span>")
    machine, people = when.strftime("%Y-%m-%dT%H:%M:%SZ"), when.strftime("%Y-%m-%d %H:%M:%S UTC")
    return Markup('<time datetime="{}" data-form="{}">{}</time>').format(machine, form, people)


def ago(wall: float) -> Markup:
    """A moment as its age."""
    return clock(wall, "ago")


def static(name: str) -> str:
    """The address of a file of `static/`, with its content's mark: so it may be kept for ever."""
    if name not in _MARKS:
        _MARKS[name] = sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?{_MARKS[name]}"


_MARKS: dict[str, str] = {}
