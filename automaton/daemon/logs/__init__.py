"""What the daemon writes to its log, and in which form."""
