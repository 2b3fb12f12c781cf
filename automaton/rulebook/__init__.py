"""Rule files to checked, compiled rules."""
