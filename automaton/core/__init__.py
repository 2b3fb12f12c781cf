"""What is decided, and nothing else: pure, told the time, standard library only."""
