"""Satellite receivers."""
