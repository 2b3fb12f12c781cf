"""A pack proposed from consoles: lines are grouped by shape, and shapes tried for a part they may have.

Pure: lines in, a draft or its text out. Law: what is not told by the lines is left out, for whoever reads a
draft believes it; each part says how sure it is, and how often it was seen. Time is linear in the lines, and
memory bounded whatever they hold; what was not looked at is counted.
"""
