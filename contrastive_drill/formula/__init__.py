"""LaTeX formulas, read into a tree and drawn with characters or as MathML."""
