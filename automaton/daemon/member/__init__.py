"""The daemon as one of several: what it adds where a `cluster` is configured. Nothing else imports it."""
