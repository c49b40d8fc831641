"""The words that every view shares, under the name that the views know."""

from contrastive_drill.words import (
    date_of,
    day_name,
    duration,
    in_minutes,
    interval,
    percent,
    plural,
)

__all__ = ["date_of", "day_name", "duration", "in_minutes", "interval", "percent", "plural"]
