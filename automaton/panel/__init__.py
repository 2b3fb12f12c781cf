"""The Panel's client API, paced by the limits that it tells."""
