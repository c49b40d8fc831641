"""What only the demo `memory` needs: pairs in any number, and losses to compare with."""
