"""What only the demo `transfer` needs."""
