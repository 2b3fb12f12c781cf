"""What a running daemon answers to people and to hooks, one service a file. Nothing here judges."""
