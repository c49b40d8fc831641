"""The result of an exam."""
