"""Rows that belong together on one screen: what a view hands to whoever prints it."""

from typing import NamedTuple

from contrastive_drill.screen.card.sheet import Rows


class Block(NamedTuple):
    """Rows that belong together on one screen."""

    title: str
    rows: Rows
