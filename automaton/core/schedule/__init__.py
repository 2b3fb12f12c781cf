"""Time, given as numbers: deadlines, `for`, windows, calendars, and moments that outlive the process.

Law: nobody here asks what time it is, and nothing is polled.
"""
