"""The shipped question bank: one YAML file per section."""
