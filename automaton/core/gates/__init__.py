"""May this go ahead, and if not, why: one list of stages (`pipeline.py`), and what they look at.

Law: a gate is pure and knows no run; it holds actions back, never what a rule thinks.
"""
