"""What only the demo `index` needs."""
