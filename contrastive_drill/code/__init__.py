"""Code drills: a mechanism is written from memory, and judged by tests that catch wrong answers."""
