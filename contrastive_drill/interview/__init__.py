"""The mock interview: its course, its scorecard, and the next steps after it."""
