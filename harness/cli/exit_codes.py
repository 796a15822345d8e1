"""What the command's exit status means; scripts and CI rely on it."""

CONFORMS = 0
DOES_NOT_CONFORM = 1
USAGE = 2
NOT_DETERMINED = 3
REFUSED = 4
NOT_RESTORED = 5
INTERRUPTED = 130
