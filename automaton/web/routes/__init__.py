"""The control API, one file a subject: its routes, what goes over them, and what they need of the daemon.

A file holds a `Protocol`, named `...Port`, and `routes(port)`. The daemon's service that fulfils the port
names the file in its own `routes()`; nothing else has to know of it. Reading is GET, acting POST.

What goes over a route is plain data, frozen: names are the words of the documentation; seconds, bytes and
percent; strangers' text as it came, made harmless where it is shown. `--json` prints the same.
"""
