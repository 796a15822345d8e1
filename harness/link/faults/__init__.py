"""Faults put on a line on purpose, by name, so that a run can be shown to survive them.

Here are the catalogue, the shaping of bytes, and the wrapper of a transport. No device is known here, and nothing of a
fault reaches a run unless its bench file or its command line names it.
"""
