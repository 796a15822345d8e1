"""Nibbles, words, checksums and register maps: pure arithmetic on bytes. No port, no time, no device's name."""
