"""Messages to people: channels with their destinations, paced and retried, made safe, and sent by Apprise.

`notifier.py` is the front. `apprise.py` is the only file that knows Apprise.
"""
