"""What only the demo `siamese` needs."""
