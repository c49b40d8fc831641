"""Demo actions: the list, a run, a search."""
