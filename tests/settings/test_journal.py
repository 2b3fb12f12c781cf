"""How long the journal keeps its trail, as it is written."""

from __future__ import annotations

import pytest

from automaton.journal.retention import Retention
from automaton.settings.journal import JournalSettings
from tests.settings.stage import PANEL, Folder


def test_what_is_written_is_read_and_what_is_not_has_the_journals_own_default(folder: Folder) -> None:
    settings = folder.load(f"{PANEL}journal: {{keep: 1w, size: 512MiB}}\n").settings
    assert settings is not None
    default = JournalSettings()

    assert (settings.journal.keep, settings.journal.size) == (7 * 86_400.0, 512 << 20)
    assert Retention(default.keep, default.size) == Retention()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{keep: 30}", "a duration needs a unit"),
        ("{keep: 59m}", "the trail is kept for at least `1h`"),
        ("{size: 1GB}", "a size is written with a binary unit"),
        ("{size: 15MiB}", "the journal needs at least `16MiB`"),
        ("{size: []}", "a size as `1GiB` is expected here"),
        ("{age: 30d}", "unknown key `age`"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_write(folder: Folder, text: str, message: str) -> None:
    (problem,) = folder.load(f"{PANEL}journal: {text}\n").problems

    assert message in problem.message
