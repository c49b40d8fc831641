"""What the demo `search` needs and no other."""
