"""A shard's log: what a message of it holds, and the journal that is made of them.

Law: a message is whole entries, or one piece of a text that a later message makes valid. Nothing here knows
NATS.
"""
