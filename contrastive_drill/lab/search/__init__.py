"""What only the demo `search` needs."""
