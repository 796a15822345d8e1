"""Bench files: devices, how each is reached, what powers it, and whose it is."""
