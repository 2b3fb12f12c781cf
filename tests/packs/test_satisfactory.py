"""The console of Satisfactory, started so that it tells who comes and goes."""

from __future__ import annotations

from tests.packs.ear import Ear

SATISFACTORY = Ear("satisfactory")
NOW = "[2026.01.05-12.00.00:123][  0]"


def login(name: str, account: str) -> str:
    return (
        f"LogNet: Login request: ?ClientIdentity=2100?EntryTicket=ew0K?EncryptionToken=5339?Name={name}"
        f" userId: Epic:1 (ForeignId=[Type=1 Handle=0 RepData=[{account}]) platform: NULL"
    )


def closed(account: str) -> str:
    return (
        "LogNet: UChannel::Close: Sending CloseBunch. ChIndex == 0. Name: [UChannel] ChIndex: 0, Closing: 0"
        " [UNetConnection] RemoteAddr: 192.0.2.1:50000, Name: IpConnection_1, IsServer: YES,"
        f" PC: C_1, Owner: C_1, UniqueId: Epic:1 (ForeignId=[Type=1 Handle=0 RepData=[{account}])"
    )


def test_who_goes_is_known_by_the_account() -> None:
    lines = [login("Eve", "0A1B"), login("E?Name=v", "0A1C"), closed("0A1B"), closed("0A1B"), closed("FFFF")]

    assert SATISFACTORY.came_and_went(NOW + line for line in lines) == ["+Eve", "+E?Name=v", "-Eve"]


def test_nothing_can_be_typed() -> None:
    pack = SATISFACTORY.pack

    assert (pack.console, pack.say, pack.save, pack.probe, pack.polls) == (False, None, None, None, {})
