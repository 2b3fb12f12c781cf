"""Tests of how a pack is proposed from consoles."""
