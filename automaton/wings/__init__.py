"""The conversation with Wings, sans-IO, and the links that carry it."""
