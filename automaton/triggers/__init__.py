"""One file a kind of trigger; the YAML word is the file name."""
