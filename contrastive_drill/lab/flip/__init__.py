"""What only the demo `flip` needs."""
