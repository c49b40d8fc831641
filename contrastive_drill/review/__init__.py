"""A study session as a value."""
