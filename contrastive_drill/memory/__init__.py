"""What is remembered of a card, the log of answers, and FSRS: this package is its only home."""
