"""Did you mean: the nearest known word, for keys as for names in expressions.

It lives with the expressions, which stand below; models of this room and above take it from here.
"""

from __future__ import annotations

from automaton.expr.nearest import nearest

__all__ = ["nearest"]
