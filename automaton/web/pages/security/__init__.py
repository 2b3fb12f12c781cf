"""Who asks, from where, and whether he may: decided before any page is."""
