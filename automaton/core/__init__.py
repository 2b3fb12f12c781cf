"""The engine: events in, decisions out.

Law: pure. Nothing here performs input or output, reads a clock or writes a log, and nothing beyond the
standard library is imported.
"""
