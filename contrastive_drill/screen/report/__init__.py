"""The report in every medium: terminal, HTML, Markdown and JSON."""
