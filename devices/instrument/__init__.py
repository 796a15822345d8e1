"""Bench instruments with a calendar."""
