"""Where a learner stands, as values and as a document; and the summary that closes a session.

The review closes with `summary`; the rest is imported from its own module, by those that need it.
"""

from contrastive_drill.reports.closing import Summary, summary

__all__ = ["Summary", "summary"]
