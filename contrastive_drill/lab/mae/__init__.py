"""What only the demo `mae` needs."""
