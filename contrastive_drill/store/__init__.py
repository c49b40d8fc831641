"""The learner's history in one SQLite file, and its backups; the only home of SQL."""

from contrastive_drill.store.sqlite_errors import Damaged
from contrastive_drill.store.store import CannotUndo, StaleMemory, Store

__all__ = ["CannotUndo", "Damaged", "StaleMemory", "Store"]
