"""Virtual time, as for the recipes."""

from __future__ import annotations

from tests.rules.conftest import anyio_backend

__all__ = ["anyio_backend"]
