"""Scripted games, one a file. They know their host (`process.py`) and nothing else of the simulator."""
