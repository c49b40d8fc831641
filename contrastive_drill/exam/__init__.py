"""The cold exam: which questions it asks, and its result."""
