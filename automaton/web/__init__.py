"""The HTTP side: what people and programs ask a running daemon, and how it answers."""
