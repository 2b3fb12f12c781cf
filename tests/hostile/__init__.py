"""One test an attack: each drives the installed program, from what a stranger sends to what leaves it.

A module's first line is the promise that its tests keep; `table.py` writes both into docs/security.md.
"""
