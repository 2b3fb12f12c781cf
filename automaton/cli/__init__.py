"""Argument parsing only, one file a subcommand."""
