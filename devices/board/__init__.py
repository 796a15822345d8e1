"""Boards reached by their serial console."""
