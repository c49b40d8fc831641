"""The result of a demo, and its progress while it runs."""
