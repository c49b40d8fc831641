"""What only the demo `words` needs."""
