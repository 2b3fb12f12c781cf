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


def test_a_file_may_add_to_a_pack_that_itself_extends_another_whatever_the_order_of_files(
    tmp_path: Path,
) -> None:
    known, problems = packs(
        tmp_path,
        a="extends: mine\nevents: {boss: '^The boss is here$'}\n",
        b="pack: finer\nextends: mine\n",
        c="pack: mine\nextends: minecraft\n",
    )

    assert problems == []
    assert [names(known, "The boss is here", pack) for pack in ("minecraft", "mine", "finer")] == [
        [], ["boss"], ["boss"],
    ]  # fmt: skip


def test_what_fits_a_file_that_adds_goes_before_what_fits_other_shipped_packs(tmp_path: Path) -> None:
    known, problems = packs(tmp_path, a="extends: pocketmine\nmatch: {egg: Our Minecraft}\n")

    assert problems == []
    assert known.of(profile("Our Minecraft")) == "pocketmine"
    assert known.of(profile("Other Minecraft")) == "minecraft"


def test_an_event_does_not_take_the_place_of_a_pattern(tmp_path: Path) -> None:
    files = "extends: minecraft\nevents: {world_saved: '^x'}\npatterns: {ready: '^y'}\n"
    _, problems = packs(tmp_path, a=files)

    assert [one.partition(";")[0] for one in problems] == [
        "error: `world_saved` stands under `patterns` in `minecraft`: it is replaced there alone",
        "error: `ready` stands under `events` in `minecraft`: it is replaced there alone",
    ]


def test_words_told_by_a_group_that_the_prefix_has_not_are_a_mistake(tmp_path: Path) -> None:
    _, problems = packs(
        tmp_path,
        a="extends: minecraft\nchat: {tread: 'Async*'}\n",
        b="pack: mine\nchat: {thread: 'Async*'}\n",
    )

    assert [one.partition(";")[0] for one in problems] == [
        "error: the prefix has no group `thread`",
        "error: the prefix has no group `tread`, did you mean `thread`?",
    ]


def test_a_prefix_that_takes_from_a_pack_how_it_knows_people_is_doubted(tmp_path: Path) -> None:
    known, problems = packs(tmp_path, a="extends: minecraft\nprefix: '^> '\n")

    assert {one.partition(" in ")[0] for one in problems} == {
        "warning: what people say is told by the prefix"
    }
    assert names(known, "> <Eve> hi", "minecraft") == ["chat"]


def test_a_fact_has_the_type_that_games_answer_over_the_network(tmp_path: Path) -> None:
    mine = "pack: mine\nfacts: {map: {read: '^Map (?P<value>\\d+)$', type: number}}\n"
    _, (problem,) = packs(tmp_path, a=mine)

    assert problem.startswith("error: the fact `map` is a number here, and a text in the pack ")
