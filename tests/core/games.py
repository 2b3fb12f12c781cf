"""The packs of games as the engine knows them: those that ship with automaton."""

from __future__ import annotations

from automaton.packs.load import FALLBACK, Packs, read_packs

GAMES = Packs(read_packs(())[0]).games
MINECRAFT, BEDROCK, SOURCE = GAMES["minecraft"], GAMES["bedrock"], GAMES["source"]
FACTORIO, RUST, ARK, PALWORLD = GAMES["factorio"], GAMES["rust"], GAMES["ark"], GAMES["palworld"]
ANY_GAME = GAMES[FALLBACK]
"""Of a server whose game is not known: its commands are read as every game would."""
