"""A cluster, as it is written."""

from __future__ import annotations

import pytest

from automaton.cluster.names import Names
from tests.settings.stage import PANEL, Folder

SERVERS = "servers: [nats://10.0.0.1:4222, tls://10.0.0.2]"


def test_what_is_written_is_read_and_a_member_is_called_as_its_machine_where_nothing_is(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "eu 1.example.org")
    settings = folder.load(f"{PANEL}cluster: {{{SERVERS}}}\n").settings
    assert settings is not None
    cluster = settings.cluster
    assert cluster is not None

    assert cluster.servers == ("nats://10.0.0.1:4222", "tls://10.0.0.2")
    assert (cluster.name, cluster.own_name, cluster.replicas) == ("automaton", "eu-1.example.org", 3)


def test_a_name_that_is_taken_is_one_that_nats_takes(folder: Folder) -> None:
    name = "Hosting-1" + "-" * 31
    settings = folder.load(f"{PANEL}cluster: {{{SERVERS}, name: {name}}}\n").settings

    assert settings is not None
    assert settings.cluster is not None
    assert Names(settings.cluster.name).cluster == name


def test_without_it_there_is_none(folder: Folder) -> None:
    settings = folder.load(PANEL).settings
    assert settings is not None
    assert settings.cluster is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "`servers` is missing"),
        ("{servers: [http://10.0.0.1:4222]}", "this is no address of NATS"),
        ("{servers: ['nats://a:b@10.0.0.1']}", "an address holds no user and no password"),
        ("{servers: [nats://10.0.0.1/x]}", "an address of NATS ends with its port"),
        (f"{{{SERVERS}, replicas: 2}}", "1, 3 or 5 servers of NATS keep a log"),
        (f"{{{SERVERS}, replicas: 7}}", "it makes no more than 5 copies"),
        (f"{{{SERVERS}, name: eu.hosting}}", "up to 40 letters, digits and hyphens"),
        (f"{{{SERVERS}, name: eu_hosting}}", "up to 40 letters, digits and hyphens"),
        (f"{{{SERVERS}, name: {'a' * 41}}}", "up to 40 letters, digits and hyphens"),
        (f"{{{SERVERS}, key: {{env: SHORT}}}}", "the key of a cluster has 32 letters or more"),
        (f"{{{SERVERS}, nodes: 3}}", "unknown key `nodes`"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_write(folder: Folder, text: str, message: str) -> None:
    folder.env["SHORT"] = "too-short"
    problems = folder.load(f"{PANEL}cluster: {text}\n").problems

    assert [one.message for one in problems if message in one.message], problems
