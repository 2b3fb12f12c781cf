"""What is known of a server: each fact is one row of `table.py`, and unknown is a value."""
