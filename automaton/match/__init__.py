"""Which rules does a line concern: cleaning, splitting, provenance, and the RE2 index."""
