"""The `tests:` blocks of rule files, run by the daemon's engine on a clock of their own."""
