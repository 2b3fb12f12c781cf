"""What may hold an opening or a call back: one list of stages (`pipeline.py`), and what they look at.

Law: a gate is pure and knows no run. It holds actions back, never a rule's opinion.
"""
