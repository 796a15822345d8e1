"""Programmable controllers."""
