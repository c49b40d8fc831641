"""A card as rows of text and as HTML."""
