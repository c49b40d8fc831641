"""The numbers of the formats on disk, which loading the database would be slow to tell."""

DATABASE = 8  # migrations
LOG = 8  # the last migration that changed the rows of the log
# Raised when the meaning of a line or of the index changes; a cache of another number is rebuilt.
BANK_CACHE = 10
