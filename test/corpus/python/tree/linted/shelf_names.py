"""Names on the shelf, not formatted as Black does."""

NAMES = [ "pen","ink" ]
