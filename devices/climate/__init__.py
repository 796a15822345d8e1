"""Ventilation and heating."""
