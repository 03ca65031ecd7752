"""A module that its test does not load."""
