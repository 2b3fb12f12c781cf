"""Which old backups may go: pure, so that every way of losing one can be tried."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from automaton.panel.responses import ListedBackup


def expendable(listed: Iterable[ListedBackup], made: Sequence[str], keep: int) -> list[str]:
    """Of the backups that a rule made, by uuid and oldest first, those beyond the last `keep`, oldest first.

    One that failed or still runs neither counts nor goes, nor does one that somebody locked: it is kept
    besides, as long as it is locked.
    """
    good = {one.uuid for one in listed if one.is_good and not one.is_locked}
    ours = [uuid for uuid in made if uuid in good]
    return ours[: max(0, len(ours) - keep)]
