"""Messages to people: channels with their targets, paced and retried, made safe, and sent by Apprise.

`post.py` is the front. `apprise.py` is the only file that knows Apprise.
"""
