"""Routes are asked as a client asks them, over HTTP in memory."""

from __future__ import annotations

import pytest


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
