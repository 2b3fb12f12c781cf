"""The life of incidents: opening, escalating, clearing.

Law: a rule's state has an opinion, the gates may hold it, and only here something follows from both.
"""
