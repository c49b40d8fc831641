"""What only the demo `moco` needs."""
