"""What only the demo `temperature` needs."""
