"""Waiting well, told the clock and the chance."""
