"""Statistics over many runs: sector by size of client, without anybody's name. Nothing here judges."""
