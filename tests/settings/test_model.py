"""The keys of automaton.yml: each model is explained by an example that is right."""

from __future__ import annotations

import re

import pytest

from automaton.schema.base import Strict
from automaton.schema.nodes import read_all
from automaton.schema.validate import fit
from automaton.settings import integrations, journal, limits, model, panels
from automaton.settings.channels import ChannelSettings
from automaton.settings.integrations import AddressSettings, HookSettings, ProgramSettings
from automaton.settings.journal import JournalSettings
from automaton.settings.limits import LimitsSettings
from automaton.settings.model import HeartbeatSettings, ListenSettings
from automaton.settings.panels import NodeServer, NodeSettings, PanelSettings
from automaton.settings.secrets import SettingsEnvironment
from tests.settings.stage import Folder


@pytest.mark.parametrize(
    "kind",
    [
        PanelSettings,
        NodeSettings,
        NodeServer,
        HeartbeatSettings,
        ChannelSettings,
        LimitsSettings,
        JournalSettings,
        ListenSettings,
        HookSettings,
        AddressSettings,
        ProgramSettings,
    ],
)
def test_the_example_of_a_docstring_is_right(folder: Folder, kind: type[Strict]) -> None:
    found = re.search(r"```yaml\n(.*?)```", kind.__doc__ or "", re.DOTALL)
    assert found is not None
    node, problems = read_all(found[1].replace("\n    ", "\n").removeprefix("    "), "docstring")
    assert node is not None

    fitted, more = fit(node, kind, around=SettingsEnvironment(folder.env, folder.path))

    assert problems + more == []
    assert fitted is not None


def test_no_model_is_without_words_for_it() -> None:
    for module in (model, panels, limits, integrations, journal):
        for one in vars(module).values():
            if isinstance(one, type) and issubclass(one, Strict):
                assert one.__doc__, one
