"""Plan files: which edges are crossed, how, and how long is watched."""
