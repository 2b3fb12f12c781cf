"""What a rule is, what it may read, and what its steps may answer.

Law: compiled and complete, so that nothing is left to look up; only an incident and a history change.
"""
