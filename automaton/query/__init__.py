"""Asking games over the network: the protocols by which lists of servers ask them, and the sockets for it.

Law: whoever answers is a stranger. Sockets, sizes and waiting are ours and bounded; what the libraries of the
extra `query` are given is small, whole and of the right kind, and whatever they raise is "no answer". Nothing
here is imported before a live rule reads an answer.
"""
