"""Device models, one folder each, and the registry that finds them."""
