"""Speed and memory of the program, of a plan and of the demos, as ratios."""
