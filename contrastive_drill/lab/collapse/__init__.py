"""What only the demo `collapse` needs."""
