"""What only the demo `mae-flops` needs."""
