"""automaton.yml, packs and rule files together: loaded, checked against each other, compiled."""
