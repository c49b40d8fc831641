"""What only the demo `clip` needs."""
