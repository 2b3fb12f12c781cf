"""The page beside the daemon: a process of its own, which the daemon starts, tells and watches over."""
