"""Review actions: from the queue to the log."""
