"""What only the demo `cone` needs."""
