"""What is answered to a command or a power action of a person, by the daemon or in its place.

Beside the routes, for commands read it without what the routes need.
"""

from __future__ import annotations

import msgspec


class ActionResult(msgspec.Struct, frozen=True):
    """What became of a command or a power action; `result` is one of Result's words."""

    result: str
    detail: str = ""
    way: str = ""
