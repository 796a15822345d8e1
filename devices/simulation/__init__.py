"""Simulated devices: counting clocks, historical bugs by name, byte layers, and servers for them.

Nothing here knows a driver, and nothing here takes a date from the harness's own calendar.
"""
