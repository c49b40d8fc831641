"""What the rest of the program knows of a demo: its result, its options, and the registry."""
