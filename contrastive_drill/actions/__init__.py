"""What the commands do: open the store, run a session or a demo, and print the outcome."""
