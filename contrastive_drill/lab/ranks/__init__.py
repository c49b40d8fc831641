"""What only the demo `ranks` needs: processes that work together, and what is measured in them."""
