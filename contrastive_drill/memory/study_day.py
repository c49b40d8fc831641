"""Which day an instant belongs to: study days begin at an hour of the night."""

from datetime import datetime, timedelta


def study_day(now: datetime, rollover_hour: int) -> int:
    """The ordinal of the local date that an instant counts for, when days begin at an hour.

    `now` must be aware, with the learner's offset.
    """
    return (now.replace(tzinfo=None) - timedelta(hours=rollover_hour)).toordinal()
