"""What a rule is, what it may read, and what its steps may answer.

Law: a rule is compiled and complete, with nothing left to look up. Only incidents and histories change.
"""
