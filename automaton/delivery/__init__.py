"""Messages to people: channels with their destinations, paced and retried, made safe, and sent by Apprise.

`notifier.py` is the front, `composition.py` says what a message says. `apprise.py` is the only file that
knows Apprise; what single services know beside title and text stands in `services.py`.
"""
