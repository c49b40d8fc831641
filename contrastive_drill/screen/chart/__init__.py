"""Charts, tables and pictures, in characters, SVG and PNG."""
