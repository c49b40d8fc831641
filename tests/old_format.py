"""A history written in the first format of the database, as a program of that time wrote it."""

from contrastive_drill.memory.log import Review
from contrastive_drill.store import Store
from contrastive_drill.store.rows import entry_row, memory_row

SINCE = ("sitting", "fit")  # columns of the log that the first format lacks


def record(store: Store, review: Review) -> None:
    """Append an answer to a database of the first format, and keep the card's memory."""
    row = {name: value for name, value in entry_row(review).items() if name not in SINCE}
    memory = (review.card_id, *memory_row(review.after))
    with store.database.transaction():
        for table, values in (("log", row), ("memories", None)):
            columns = f"({', '.join(values)})" if values else ""
            cells = tuple(values.values()) if values else memory
            places = ", ".join("?" * len(cells))
            store.database.rows(f"INSERT INTO {table} {columns} VALUES ({places})", cells)
