"""Runs take the steps of rules one after the other; each is a state machine, and the runner drives them.

Law: only a run writes a run, and its state changes only as `run_state.py` allows.
"""
