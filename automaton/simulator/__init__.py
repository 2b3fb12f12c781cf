"""A faithful Wings and Panel with games that talk, for tests, demos and trying rules."""
