"""What the rest of the program knows of a demo: catalogue, registry, options, result."""
