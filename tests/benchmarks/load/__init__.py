"""A fleet of thousands, played by one process that does nothing else: frames of Wings, answers of a Panel.

A tool for measuring, and no simulator: nothing here has a game behind it, nothing can be started or stopped.
What it says is made beforehand wherever it can be, so that one core plays ten thousand servers.
"""
