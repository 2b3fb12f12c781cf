"""JSON is made hostile at one place, and the rest stays what it was."""

from __future__ import annotations

import json
from random import Random

from fuzz.hostile_json import mutated

BODY = b'{"a":{"b":[1,2,"x"]},"text":"{\\"c\\":3}"}'


def test_one_place_is_changed_and_the_lines_around_it_are_not() -> None:
    for seed in range(200):
        changed = mutated(b"panel servers 200\n\n" + BODY, Random(seed))

        assert changed is not None
        assert changed.startswith(b"panel servers 200\n\n{")


def test_every_place_is_reached_a_text_of_json_inside_as_well() -> None:
    changed = {mutated(BODY, Random(seed)) for seed in range(3000)}

    assert any(one and b'{\\"c\\": 1e' in one for one in changed)
    assert any(one and b"1e308" in one for one in changed)
    assert any(one and b'"text"' not in one for one in changed)


def test_an_input_without_json_is_left_to_others() -> None:
    assert mutated(b"[never closed\nplain", Random(1)) is None


def test_the_same_seed_changes_the_same() -> None:
    assert mutated(BODY, Random(7)) == mutated(BODY, Random(7)) != json.dumps(json.loads(BODY)).encode()
