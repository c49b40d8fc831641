"""Everything that draws or asks."""
