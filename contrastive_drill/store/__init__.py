"""The learner's history in one SQLite file, and its backups; the only home of SQL."""

from contrastive_drill.store.store import CannotUndo, Stale, Store

__all__ = ["CannotUndo", "Stale", "Store"]
