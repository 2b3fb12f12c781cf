"""Tools that others wrote for the same work, measured beside automaton: same rules, same lines, same run.

A file a tool: how the rules are written for it, how it is run, and what it says of its hits. Law: a tool that
is not here is named all the same, and one that found other hits than the oracle has no figure.
"""
