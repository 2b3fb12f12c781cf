"""What is typed at a console: the commands of a line, the seam for values, and what comes back as an echo.

Law: a stranger's text becomes part of a command only through `command.py`.
"""
