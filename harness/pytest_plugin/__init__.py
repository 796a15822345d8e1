"""Plans as pytest items. The other root that wires devices to the engine; it contains no test logic of its own."""
