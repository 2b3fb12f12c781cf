"""More than one machine: who owns what, decided in words that are told the time, and NATS at the edge.

Law: a shard has at most one owner that its log believes. Everything but `nats/` is pure: it is told what
came and what time it is, and answers with data. Nothing here is imported where no `cluster` is configured.
"""
