"""What rules look at: a server, a node or the fleet; and how each rule stands towards each of them.

Law: facts change in `server.py` only, the state of a rule in `rule_state.py` only.
"""
