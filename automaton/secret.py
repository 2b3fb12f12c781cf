"""A value that must not be read by accident: its text is `***`, everywhere.

Only `reveal()` gives it, at the one place that hands it to the outside world.
"""

from __future__ import annotations


class Secret:
    """Holds a text that prints as `***` in messages, logs, reprs and tracebacks."""

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """The text itself. Call it where the value leaves for its destination, never earlier."""
        return self.__value

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.reveal() == self.__value

    def __hash__(self) -> int:
        return hash(self.__value)

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not written anywhere")
