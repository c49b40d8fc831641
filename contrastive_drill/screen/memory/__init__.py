"""The result of fitting FSRS's parameters."""
