"""Files of packs.d that add to a pack: for all of its servers, or as one of its own."""

from __future__ import annotations

from pathlib import Path

from automaton.core.events import Profile, Source
from automaton.match.line_reader import LineReader
from automaton.packs.load import Packs, read_packs

VIP = """\
extends: minecraft
chat: '^\\[VIP\\] (?P<player>\\w+) ➟ (?P<text>.*)$'
match: {egg: My Modded*}
events: {boss: '^The boss is here$', ready: '^All is up$'}
"""


def packs(folder: Path, **files: str) -> tuple[Packs, list[str]]:
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text)
    found, problems = read_packs(sorted(folder.iterdir()))
    return Packs(found), [str(one).partition(": ")[2] for one in problems]


def names(known: Packs, line: str, pack: str) -> list[str]:
    reader = LineReader([], {name: one.console_format() for name, one in known.by_name.items()})
    return [name for name, _ in reader.hear(line, Source.GAME, pack).occurred]


def profile(egg: str) -> Profile:
    return Profile(uuid="u", id="1", name="x", egg=egg)


def test_what_is_added_is_known_of_all_servers_of_the_pack(tmp_path: Path) -> None:
    known, problems = packs(tmp_path, vip=VIP)

    assert problems == []
    assert names(known, "[12:00:00 INFO]: [VIP] Eve ➟ The boss is here", "minecraft") == ["chat"]
    assert names(known, "The boss is here", "minecraft") == ["boss"]
    assert names(known, "<Eve> hi", "minecraft") == ["chat"]
    assert (known.of(profile("My Modded Pack")), known.of(profile("Paper"))) == ("minecraft", "minecraft")


def test_a_pack_names_all_files_that_tell_of_it(tmp_path: Path) -> None:
    known, _ = packs(tmp_path, vip=VIP, mine="extends: minecraft\npack: mine\n")
    vip, mine = str(tmp_path / "vip.yml"), str(tmp_path / "mine.yml")

    assert known.by_name["minecraft"].files == ("packs/minecraft.yml", vip)
    assert known.by_name["mine"].files == (mine, "packs/minecraft.yml", vip)
    assert known.by_name["rust"].files == ("packs/rust.yml",)


def test_an_event_of_the_same_name_takes_the_place_of_the_packs_own(tmp_path: Path) -> None:
    known, _ = packs(tmp_path, vip=VIP)

    assert names(known, "All is up", "minecraft") == ["ready"]
    assert names(known, "Done (1.0s)!", "minecraft") == []


def test_with_a_name_it_is_a_pack_of_its_own_and_the_other_stays_as_it_was(tmp_path: Path) -> None:
    known, problems = packs(tmp_path, vip=f"pack: mine\n{VIP}")

    assert problems == []
    assert names(known, "[VIP] Eve ➟ hi", "mine") == ["chat"]
    assert names(known, "The boss is here", "minecraft") == []
    assert (known.of(profile("My Modded Pack")), known.of(profile("Paper"))) == ("mine", "minecraft")
    assert known.by_name["mine"].for_engine().say is not None


def test_a_pack_of_ones_own_may_be_chosen_by_a_tag(tmp_path: Path) -> None:
    known, _ = packs(tmp_path, vip="pack: mine\nextends: minecraft\nmatch: {tag: vip}\n")

    assert known.choice(profile("Paper"), frozenset({"vip"})) == ("mine", "tag: vip")
    assert known.choice(profile("Paper")) == ("minecraft", "egg: Paper*")
    assert known.choice(profile("Nothing of the kind")) == ("wings", "")


def test_a_new_pack_has_what_others_add_to_its_base_whatever_the_order_of_files(tmp_path: Path) -> None:
    known, _ = packs(tmp_path, a="pack: mine\nextends: minecraft\n", b=VIP)

    assert names(known, "The boss is here", "mine") == ["boss"]


def test_what_is_asked_in_vain_after_adding_is_told(tmp_path: Path) -> None:
    _, problems = packs(tmp_path, a="extends: valheim\nsay: {send: 'say ${text}'}\n")

    assert problems == ["error: `say` types a command, and `console: false` takes none"]


def test_a_name_that_is_taken_is_told(tmp_path: Path) -> None:
    _, problems = packs(tmp_path, a="extends: minecraft\npack: rust\n")

    assert problems == ["error: there is a pack `rust` already: without `pack` the file adds to `minecraft`"]
