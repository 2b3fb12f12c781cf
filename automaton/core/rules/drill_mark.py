"""The mark that everything has which a drill leaves behind, so that nobody takes it for what its rule did."""

from __future__ import annotations

DRILL = "drill/"
"""Before the rule's id in decisions, in the refs of messages, and in what is remembered of backups."""
