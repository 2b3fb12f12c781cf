"""What people ask for in public trackers, written as rules: each file quotes a wish, and is driven whole."""
