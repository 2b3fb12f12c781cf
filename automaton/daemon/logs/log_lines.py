"""One record, one line: how records are written, so that no text in them can forge another.

Pure, told the time. Knows nothing of structlog, streams or terminals.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from automaton.core.moment import Moment
from automaton.printable import UNSEEN, code

PRIORITIES = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}  # syslog's numbers
COLOURS = {"debug": "2", "info": "32", "warning": "33", "error": "31", "critical": "1;31"}
VALUE_LIMIT = 2_000
LINE_LIMIT = 8_000  # at 4 bytes a character still below the 48K at which journald would begin a new record
SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
PLAIN_KEY = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")
NEEDS_QUOTES = frozenset(' ="\\')

Fields = Mapping[str, object]
Layout = Callable[[str, str, Fields, Moment], str]


def text_line(level: str, event: str, fields: Fields, at: Moment) -> str:
    """`2026-01-05T12:00:00.000Z info rule.fired rule=mem-high server=lobby`."""
    return f"{stamp(at)} {level} {pairs(event, fields)}"[:LINE_LIMIT]


def journal_line(level: str, event: str, fields: Fields, at: Moment) -> str:
    """`<6>rule.fired rule=mem-high server=lobby`: the journal knows the time and takes the priority away."""
    return f"<{PRIORITIES[level]}>{pairs(event, fields)}"[:LINE_LIMIT]


def json_line(level: str, event: str, fields: Fields, at: Moment) -> str:
    """One JSON object in ASCII: what is not printable is an escape there already."""
    record: dict[str, object] = {"time": stamp(at), "level": level, "event": cut(event)}
    for key, value in fields.items():
        record.setdefault(key, simple(value))
    text = json.dumps(record, ensure_ascii=True)
    if len(text) <= LINE_LIMIT:
        return text
    kept = {key: cut(str(value), 100) for key, value in list(record.items())[:20]}
    return json.dumps(kept | {"cut": True}, ensure_ascii=True)


def journal_json_line(level: str, event: str, fields: Fields, at: Moment) -> str:
    """JSON behind the priority prefix."""
    return f"<{PRIORITIES[level]}>{json_line(level, event, fields, at)}"


def terminal_line(level: str, event: str, fields: Fields, at: Moment) -> str:
    """For eyes: colours for the level and the keys. A traceback keeps its lines, each escaped."""
    rest = {key: value for key, value in fields.items() if key != "exception"}
    words = " ".join(f"\x1b[36m{key_text(key)}\x1b[0m={value_text(value)}" for key, value in rest.items())
    line = (
        f"\x1b[2m{stamp(at)[11:19]}\x1b[0m \x1b[{COLOURS[level]}m{level:8}\x1b[0m {value_text(event)} {words}"
    )
    trace = [f"    {unquoted(part)}" for part in str(fields.get("exception", "")).splitlines()]
    return "\n".join([line.rstrip(), *trace])


def pairs(event: str, fields: Fields) -> str:
    """The event's name, then `key=value`."""
    return " ".join(
        [value_text(event), *(f"{key_text(key)}={value_text(value)}" for key, value in fields.items())]
    )


def value_text(value: object) -> str:
    """A value as one word: quoted where it is empty, holds a space, `=`, a quote or what is not printable."""
    match value:
        case None:
            return "none"
        case bool():
            return "true" if value else "false"
    text = cut(str(value))
    escaped = escape(text)
    return f'"{escaped}"' if not text or escaped != text or NEEDS_QUOTES & set(text) else text


def escape(text: str) -> str:
    """Printable text on one line: controls, line ends, bidi and zero-width characters as their escapes."""
    return "".join(SHORT.get(char) or (char if _is_seen(char) else code(char)) for char in text)


def unquoted(text: str) -> str:
    """As `escape`, for eyes: quotes and backslashes, which end no value here, stay as they are."""
    return "".join(char if _is_seen(char) else code(char) for char in text)


def _is_seen(char: str) -> bool:
    # Python takes some letters that nobody sees for printable, and all blanks but one for not.
    return char.isprintable() and UNSEEN.match(char) is None


def key_text(key: str) -> str:
    """A key as it may stand before `=`."""
    return "".join(char if char in PLAIN_KEY else "_" for char in key[:60]) or "_"


def simple(value: object) -> object:
    """A value as JSON takes it; everything that is not plain as its text."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else str(value)  # JSON knows no infinity and no NaN
    return cut(str(value))


def cut(text: str, limit: int = VALUE_LIMIT) -> str:
    """At most about so many characters: the first quarter and the last three, where a traceback says why."""
    if len(text) <= limit:
        return text
    return f"{text[: limit // 4]}…({len(text) - limit} left out)…{text[-(limit - limit // 4) :]}"


def stamp(at: Moment) -> str:
    """UTC, to the millisecond."""
    return datetime.fromtimestamp(at.wall, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Repeats:
    """Counts lines that come again within `quiet` seconds of being written."""

    def __init__(self, quiet: float = 60.0, keep: int = 500) -> None:
        self._quiet = quiet
        self._keep = keep
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def is_new(self, line: str, mono: float) -> bool:
        """Whether to write this line now; if not, it is counted. Ask `ended` first."""
        if line in self._seen:
            until, times = self._seen[line]
            self._seen[line] = (until, times + 1)
            return False
        self._seen[line] = (mono + self._quiet, 0)
        return True

    def ended(self, mono: float) -> list[tuple[str, int]]:
        """Lines whose time is over, with how often they came again; those that did not are only forgotten.

        What has waited longest also ends when there are more lines than can be kept.
        """
        over = []
        while self._seen:
            line, (until, times) = next(iter(self._seen.items()))
            if mono < until and len(self._seen) < self._keep:
                break
            del self._seen[line]
            if times:
                over.append((line, times))
        return over
