"""The control API of a cluster: whichever member is asked, the owner of what is asked for answers.

Law: nothing is silently partial. Of a list that not all could give, the rest is named with why; a single
thing whose owner does not answer is refused with a sentence; and what was sent and never answered may have
been done, which is said too. No socket is opened here: members are reached through the port of `shards.py`.
"""
