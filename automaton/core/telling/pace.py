"""How often engines tell one another how they stand, and how long a word of that is believed."""

from __future__ import annotations

TOLD_EVERY = 10.0
"""Seconds. What is lost on the way comes again within that time (machines.md: parts every 10 s)."""

NOT_OFTENER = 1.0
"""Seconds between two tellings because something changed: readings come once a second a server."""

WITH_A_MATCH = 0.1
"""Seconds: as soon as this after the last, a part goes before a match, whose rule may read what it counts."""

BELIEVED_FOR = 30.0
"""Seconds. Three tellings may be lost before nobody is heard any more."""

REPEATED_EVERY = 2.0
"""Seconds until what the fleet did not acknowledge is told again."""
