"""A folder that is right until something is written over."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.configuration.stage import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)
