"""Own proleptic Gregorian arithmetic on integers, and fields that may be impossible. Nothing here asks the time."""
