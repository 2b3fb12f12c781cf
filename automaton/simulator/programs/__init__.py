"""Programs of this machine as games: described, started on terminals of their own, and measured."""
