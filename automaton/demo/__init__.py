"""Simulator, daemon and a live view in one command."""
