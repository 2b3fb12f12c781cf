"""What the Panel's answers look like."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core.events import Profile
from automaton.panel.responses import Page, read_backup, read_error, read_grant, read_page, read_server

UUID = "AAAAAAAA-0000-4000-8000-00000000000A"
SERVER = {
    "identifier": "aaaaaaaa",
    "uuid": UUID,
    "name": "Lobby",
    "node": "eu-1",
    "invocation": "java -jar server.jar",
    "docker_image": "ghcr.io/yolks:java_21",
    "limits": {"memory": 1024, "disk": 512, "threads": None},
    "status": None,
    "is_suspended": False,
    "is_installing": False,
    "is_transferring": False,
    "is_node_under_maintenance": False,
    "relationships": {"egg": {"object": "egg", "attributes": {"uuid": "x", "name": "Paper"}}},
}
LOBBY = Profile(
    uuid=UUID.lower(),
    id="aaaaaaaa",
    name="Lobby",
    node="eu-1",
    egg="Paper",
    image="ghcr.io/yolks:java_21",
    startup="java -jar server.jar",
    disk_limit=512 * 1024 * 1024,
)


def one(**changes: object) -> bytes:
    return json.dumps({"object": "server", "attributes": {**SERVER, **changes}}).encode()


def profile(**changes: object) -> Profile:
    found = read_server(one(**changes))
    assert found is not None
    return found[0]


def test_a_server_becomes_a_profile() -> None:
    assert profile() == LOBBY


def test_a_page_tells_how_many_there_are() -> None:
    item = {"object": "server", "attributes": SERVER}
    body = {"object": "list", "data": [item], "meta": {"pagination": {"total": 1, "total_pages": 3}}}

    assert read_page(json.dumps(body).encode()) == Page((LOBBY,), 3)
    assert read_page(b'{"data":[]}') == Page((), 1)


@pytest.mark.parametrize("number", ["1e308", "1e999", "9" * 400, "-1e308", '"512"'])
def test_a_disk_of_no_meaning_makes_the_answer_none(number: str) -> None:
    body = json.dumps({"attributes": {**SERVER, "limits": {"disk": "HERE"}}}).replace('"HERE"', number)

    assert read_server(body.encode()) is None


@pytest.mark.parametrize("disk", [0, -1, None])
def test_no_disk_limit_is_none(disk: int | None) -> None:
    assert profile(limits={"disk": disk}).disk_limit is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"status": "installing"}, "installing"),
        ({"is_installing": True}, "installing"),
        ({"status": "suspended"}, "suspended"),
        ({"is_suspended": True}, "suspended"),
        ({"is_transferring": True}, "transferring"),
        ({"is_node_under_maintenance": True}, "maintenance"),
    ],
)
def test_the_panels_state_of_a_server_is_kept(changes: dict[str, object], field: str) -> None:
    assert getattr(profile(**changes), field) is True


@pytest.mark.parametrize(
    "changes",
    [
        {"relationships": {}},
        {"relationships": None},
        {"relationships": {"egg": {"object": "null_resource", "attributes": None}}},
        {"invocation": None, "docker_image": None, "limits": None},
    ],
)
def test_what_an_account_may_not_see_is_missing_without_harm(changes: dict[str, object]) -> None:
    assert profile(**changes).uuid == LOBBY.uuid


def test_names_that_users_gave_hold_no_control_characters_and_are_bounded() -> None:
    assert profile(name="lob\x1b[31m\nby\u202e").name == "lob [31m by "
    assert len(profile(name="x" * 10_000).name) == 255


def test_the_permissions_of_an_account_stand_beside_a_server() -> None:
    body = {"attributes": SERVER, "meta": {"user_permissions": ["control.start"]}}

    found = read_server(json.dumps(body).encode())

    assert found is not None
    assert found[1] == {"control.start"}


def test_a_grant_hides_its_token() -> None:
    grant = read_grant(b'{"data":{"token":"a.b.c","socket":"wss://node.test/ws"}}')

    assert grant is not None
    assert grant.token.reveal() == "a.b.c"
    assert grant.socket == "wss://node.test/ws"
    assert "a.b.c" not in repr(grant)


@pytest.mark.parametrize(
    ("body", "uuid"),
    [
        (b'{"object":"backup","attributes":{"uuid":"%s","completed_at":null}}' % UUID.encode(), UUID.lower()),
        (b'{"object":"backup","attributes":{}}', ""),
        (b'{"object":"backup","attributes":{"uuid":null}}', ""),
        (b'{"object":"backup","attributes":{"uuid":"a\\u001bb"}}', ""),
        (b'{"object":"backup","attributes":{"uuid":"%s"}}' % (b"a" * 256), ""),
        (b'{"uuid":"a"}', ""),
        (b"<html>", ""),
        (b"", ""),
    ],
)
def test_a_backup_that_was_begun_is_named_or_it_is_not(body: bytes, uuid: str) -> None:
    assert read_backup(body) == uuid


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'{"errors":[{"code":"X","status":"403","detail":"No."}]}', ("X", "No.")),
        (b'{"errors":[{"code":"X"},{"code":"Y"}]}', ("X", "")),
        (b'{"errors":[]}', ("", "")),
        (b"<html>", ("", "")),
        (b"", ("", "")),
        (b'{"errors":[{"code":"X","detail":"two\\nlines"}]}', ("X", "two lines")),
    ],
)
def test_an_error_is_its_code_and_its_sentence(body: bytes, error: tuple[str, str]) -> None:
    assert read_error(body) == error


@given(st.binary() | st.text().map(str.encode))
def test_no_body_raises(body: bytes) -> None:
    read_page(body)
    read_server(body)
    read_grant(body)
    read_error(body)


@pytest.mark.parametrize("body", [b"<html>", b"", b"[]", b'{"data":{}}', b"[" * 100_000])
def test_what_is_not_the_panels_is_none(body: bytes) -> None:
    assert read_page(body) is None
    assert read_server(body) is None
    assert read_grant(body) is None


def relations(allocations: object, variables: object = None) -> Profile:
    return profile(relationships={"allocations": allocations, "variables": variables})


def allocation(**attributes: object) -> dict[str, object]:
    usual = {"ip": "192.0.2.7", "ip_alias": None, "port": 1}
    return {"object": "allocation", "attributes": {**usual, **attributes}}


def test_where_players_connect_is_the_default_allocation() -> None:
    others = [allocation(port=25566, is_default=False), allocation(port=25565, is_default=True)]
    named = [allocation(port=25565, is_default=True, ip_alias="mc.example.org")]
    labelled = [allocation(port=25565, is_default=True, ip_alias="our EU server")]

    found = [relations({"data": one}) for one in (others, named, labelled)]
    assert [(one.host, one.port) for one in found] == [
        ("192.0.2.7", 25565), ("mc.example.org", 25565), ("192.0.2.7", 25565),
    ]  # fmt: skip


def test_of_an_eggs_variables_only_ports_are_kept() -> None:
    told = {"QUERY_PORT": "27016", "RCON_PASS": "hunter2", "RCON_PORT": None}
    variables = [{"attributes": {"env_variable": one, "server_value": told[one]}} for one in told]

    assert relations(None, {"data": variables}).ports == (("QUERY_PORT", 27016),)


def test_a_variable_that_a_server_has_no_value_of_is_as_its_egg_says() -> None:
    own = {"env_variable": "A_PORT", "server_value": "27016", "default_value": "27015"}
    none = {"env_variable": "B_PORT", "server_value": None, "default_value": "27015"}
    empty = {"env_variable": "C_PORT", "server_value": "", "default_value": "27015"}
    variables = {"data": [{"attributes": one} for one in (own, none, empty)]}

    assert relations(None, variables).ports == (("A_PORT", 27016), ("B_PORT", 27015))


@pytest.mark.parametrize(
    "odd",
    [
        None, [], "x", {"data": "x"}, {"data": [None]}, {"data": [allocation(port="x", is_default=True)]},
        {"data": [allocation(port=70000, is_default=True)]}, {"data": [allocation(port=-1, is_default=True)]},
        {"data": [allocation(ip=7, is_default=True)]},
    ],
)  # fmt: skip
def test_an_allocation_of_another_shape_hides_no_server(odd: object) -> None:
    assert (relations(odd, odd).name, relations(odd, odd).port) == ("Lobby", 0)


ODD_FIELDS: list[dict[str, object]] = [
    {"name": None}, {"limits": []}, {"is_suspended": 1}, {"relationships": []}, {"status": 7},
    {"invocation": {}}, {"feature_limits": "x"}, {"docker_image": []},
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD_FIELDS, ids=str)
def test_one_server_of_another_shape_hides_no_other_and_is_listed_itself(odd: dict[str, object]) -> None:
    other = {**SERVER, "uuid": "b", "identifier": "b", **odd}
    items = [{"attributes": SERVER}, {"attributes": other}]
    page = read_page(json.dumps({"data": items, "meta": {"pagination": {"total_pages": 2}}}).encode())

    assert page is not None
    assert (page.profiles[0], page.pages) == (LOBBY, 2)
    (key,) = odd
    kept = page.profiles[1]
    assert (kept.uuid, kept.node) == ("b", "eu-1")
    assert kept.name == ("b" if key == "name" else "Lobby"), "what else can be read of it is"
    assert kept.egg == ("" if key == "relationships" else "Paper")


@pytest.mark.parametrize(
    "odd", [{"uuid": 7}, {"uuid": "../x"}, {"identifier": None}, {"uuid": None}, {"node": None}], ids=str
)
def test_a_page_with_a_server_that_nobody_can_name_or_find_is_none(odd: dict[str, object]) -> None:
    items = [{"attributes": SERVER}, {"attributes": {**SERVER, **odd}}]

    assert read_page(json.dumps({"data": items}).encode()) is None
