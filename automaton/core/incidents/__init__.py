"""The life of incidents: opening, escalating, clearing.

Law: a rule state has an opinion, the gates may hold it back, and only here is it acted upon.
"""
