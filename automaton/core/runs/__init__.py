"""Steps of rules, one after the other: a run is a state machine, and the runner says whose turn it is.

Law: only a run writes a run, and it goes only where `run_state.py` says.
"""
