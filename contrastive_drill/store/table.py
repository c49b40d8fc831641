"""A table of the database: its columns, the value of a row, and the checksum of one."""

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar
from zlib import crc32

Row = tuple[Any, ...]
Value = TypeVar("Value")
# What converting a row raises where this program did not write it.
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError)


def seal(cells: Row) -> int:
    """The checksum of the cells of a row: of their text in ASCII, the same in every version."""
    return crc32(ascii(cells).encode())


def sealed(value_of: Callable[[Row], Value]) -> Callable[[Row], Value]:
    """The value of a row whose last cell is its checksum."""

    def read(row: Row) -> Value:
        if seal(row[:-1]) != row[-1]:
            raise ValueError("it was changed since it was written")
        return value_of(row)

    return read


class Table(NamedTuple, Generic[Value]):
    """A table of the database: its columns, the first numbers or names a row; a row's value.

    `read` raises one of `UNREADABLE` where this program did not write the row.
    """

    name: str
    columns: tuple[str, ...]
    read: Callable[[Row], Value]


def named(table: Table[Any], row: Row, reason: str) -> str:
    """The words for a row that is amiss."""
    return f"row {str(row[0])[:80]} of {table.name} is amiss: {reason}"
