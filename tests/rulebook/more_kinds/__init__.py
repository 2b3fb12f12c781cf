"""Kinds from a folder of their own: nothing else is edited."""
