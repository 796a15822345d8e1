"""From a run's journal to the documents people keep: the client report, JUnit, JSON. Nothing here judges."""
