"""Bridges from a serial line to I2C, one module each, and the table by which a bench file names them."""

from __future__ import annotations

from harness.link.config import SC18IM700
from harness.link.i2c_bridge.bridge import Bridge
from harness.link.i2c_bridge.sc18im700 import Sc18im700

BRIDGES: dict[str, type[Bridge]] = {SC18IM700: Sc18im700}

__all__ = ["BRIDGES", "Bridge"]
