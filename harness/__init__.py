"""The rollover bench's framework; it names no concrete device (see README.md in this folder)."""
