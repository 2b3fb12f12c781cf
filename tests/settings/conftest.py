"""The folder that every test of the settings begins with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.settings.stage import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)
