"""Game knowledge as data, and the file that reads it."""
