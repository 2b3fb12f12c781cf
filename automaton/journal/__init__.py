"""What automaton remembers: one sequence of entries, and the state and the trail that they leave.

Law: any prefix of the entries is a state. No SQL and no thread stands outside this room, and nothing in it
knows what a part means; who reads or writes the journal does so through `port.py` and `writer.py`.
"""
