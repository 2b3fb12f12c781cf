"""The page: an application for browsers, scripts and Prometheus, which runs in a process of its own.

Knows the daemon by its control API alone. Whatever comes in here is slow, hostile or both, and costs the
engine nothing: what is asked of the daemon is bounded in number and size.
"""
