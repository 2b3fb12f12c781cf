"""What rules look at (a server, a node, the fleet), and the state of each rule for each of them.

Law: facts change in `server.py` only, the state of a rule in `rule_memory.py` and `rule_state.py` only.
"""
