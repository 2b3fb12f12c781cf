"""Whose a console line is, as files say it: in a trigger, and in the feed of a test.

An echo of what we typed is none of them: no rule sees it.
"""

from __future__ import annotations

from typing import Literal

Provenance = Literal["game", "chat", "command", "admin", "daemon", "install", "continuation"]
"""The words of `Source` that may stand behind `from`."""
