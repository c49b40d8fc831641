"""What only the demo `outliers` needs."""
