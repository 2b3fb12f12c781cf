"""The Containerfile: what it names is there, and what it makes runs with as little as can be."""

from __future__ import annotations

import json
import re

from tests.packaging.containerfile import FILE, ROOT, stages

BUILD, KEPT = stages()
RELEASE = "trixie"


def test_every_file_that_is_copied_is_there() -> None:
    copied = [one for text in BUILD.all("COPY") for one in text.split()[:-1]]

    assert len(copied) > 10
    assert [one for one in copied if not (ROOT / one).exists()] == []


def test_both_stages_are_debian_s_slim_image_of_one_release() -> None:
    assert {BUILD.base, KEPT.base} == {f"docker.io/library/debian:{RELEASE}-slim"}


def test_it_runs_as_a_user_by_number_and_tells_what_it_keeps() -> None:
    uid, gid = map(int, KEPT.one("USER").split(":"))

    assert min(uid, gid) > 1000
    assert json.loads(KEPT.one("VOLUME")) == ["/etc/automaton", "/var/lib/automaton"]
    assert (KEPT.one("STOPSIGNAL"), KEPT.command) == ("SIGTERM", ["automaton", "run"])


def test_no_secret_and_no_file_of_the_checkout_is_in_what_is_kept() -> None:
    assert KEPT.all("COPY") + KEPT.all("ADD") == []
    assert not re.search(r"(?i)(key|token|password)=", FILE.read_text())
