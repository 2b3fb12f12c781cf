"""What is known of a server; each fact is one row of `table.py`.

Law: unknown is a value, and time that nobody watched is never counted.
"""
