"""Scripted games, one a file. They know their GameHost and nothing else of the simulator."""
