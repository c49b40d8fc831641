"""The question bank: YAML files -> cards, or every problem at once."""
