"""What only the demo `bridge` needs."""
