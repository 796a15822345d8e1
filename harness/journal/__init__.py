"""The evidence of a run: an append-only, hash-chained log, what it owes, what it proves."""
