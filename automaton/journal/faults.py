"""What may be wrong with a journal, said so that an operator can act.

Weather
└── OutOfOrder         it takes nothing now: a full or read-only disk, an error of the device, a lock
    └── TakenAway      where it was is another file, or none
Refused
├── Unusable
│   ├── Corrupt        what lies there cannot be read any more, or is no journal: it is set aside
│   └── NewerFormat    a newer automaton wrote it: it is left alone, and automaton does not start
└── Fenced             somebody else owns it by now: whoever wrote it stops, and throws away what it knows
"""

from __future__ import annotations

from automaton.errors import Refused, Unusable, Weather


class OutOfOrder(Weather):
    """The journal takes nothing now. May pass by itself."""


class TakenAway(OutOfOrder):
    """Where the journal was is another file, or none: nobody knows what stands there."""


class Corrupt(Unusable):
    """What lies there is no journal, or one that cannot be believed."""


class NewerFormat(Unusable):
    """A newer automaton wrote it, and it must not be lost to an older one."""


class Fenced(Refused):
    """Another claim stands in the log: this process may neither write it nor act on what it knew of it."""
