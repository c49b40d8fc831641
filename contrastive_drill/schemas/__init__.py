"""What is written for other programs and later versions: its numbers, and the form of JSON."""
