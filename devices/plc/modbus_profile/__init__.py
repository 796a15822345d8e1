"""A device simulated from a YAML profile, for training. It has no facts of its own: the profile states them."""
