"""Time, given as numbers: deadlines, `for`, windows, calendars, and moments that outlive the process.

Law: nothing here reads a clock, and nothing is polled.
"""
