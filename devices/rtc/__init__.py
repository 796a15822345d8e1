"""Real-time clock chips."""
