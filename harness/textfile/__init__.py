"""Files that people write, read with a line and a column for every word of them."""
