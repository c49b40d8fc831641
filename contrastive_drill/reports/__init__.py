"""Where a learner stands: status, calibration, and the report as values and as a document."""
