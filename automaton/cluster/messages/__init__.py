"""Messages on their way from the shard that says them to the shard of their channel.

Law: each is taken exactly once, in the order in which its shard said them. What is handed over stands in the
log of the one before it is sent, and in the log of the other before it is answered. Pure, and told the time.
"""
