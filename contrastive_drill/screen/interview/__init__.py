"""A mock interview on the terminal, and its scorecard."""
