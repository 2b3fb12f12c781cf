"""Mutation testing: a change of a seam or a gate that no test notices is a test that is missing."""
