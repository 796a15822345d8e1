"""Evidence in, findings and verdicts out; pure, and without a port, a clock or a file."""
