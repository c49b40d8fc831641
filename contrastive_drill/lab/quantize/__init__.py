"""What only the demo `quantize` needs."""
