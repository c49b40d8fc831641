"""Cards as notes of Anki, and the packages that carry them."""
