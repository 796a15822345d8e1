"""Answers the asks of all devices at once. It never judges, and it names no concrete device."""
