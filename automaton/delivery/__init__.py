"""From a notification handed over to a message at its target."""
