"""The daemon's HTTP side: the control API on its socket, the hooks on a port, and the rows of recordings."""
