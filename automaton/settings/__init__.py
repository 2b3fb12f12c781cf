"""automaton.yml to checked settings."""
