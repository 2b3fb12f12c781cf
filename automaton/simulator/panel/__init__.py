"""The simulated Panel: the client API, with its accounts and what it knows of nodes and servers."""
