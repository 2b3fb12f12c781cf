"""automaton: event-driven automation for game servers behind Wings.

`README.md` beside this file is the map of the code.
"""

__version__ = "0.1.0"
