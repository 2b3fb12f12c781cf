"""Pacing, retries, and HTTP with bounds: shared by all that ask over the network."""
