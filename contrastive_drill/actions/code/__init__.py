"""Code drills: the person's file, the watch on it, and the answer in the log."""
