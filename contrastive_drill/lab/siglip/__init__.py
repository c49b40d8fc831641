"""What only the demo `siglip` needs."""
