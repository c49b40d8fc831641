"""The plan for an interview date."""
