"""Waits, drives, dispatches and reloads: the composition of the whole."""
