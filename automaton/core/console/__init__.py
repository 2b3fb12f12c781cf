"""What is typed at a console: commands made safe, and the echo that comes back.

Law: a stranger's text becomes part of a command only through `command.py`.
"""
