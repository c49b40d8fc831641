"""A review on the terminal."""
