"""One file a kind of action; the YAML word is the file name, without a closing underscore."""
