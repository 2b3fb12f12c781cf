"""What is asked again and again, where a live rule reads it: consoles, games over the network, addresses.

Law: a question that a gate holds is asked later, and the reason is said meanwhile; what could not be asked
counts as nothing, never as silence.
"""
