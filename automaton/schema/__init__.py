"""YAML to nodes with places, and the base models that every kind builds on."""
