"""Bridges to I2C, one module each, and the tables by which a bench file names them."""

from __future__ import annotations

from harness.link.config import SC18IM700
from harness.link.i2c_bridge import bus_pirate, i2cdriver, linux, usb_iss
from harness.link.i2c_bridge.bridge import Bridge
from harness.link.i2c_bridge.sc18im700 import Sc18im700

LINUX = "linux"
"""The one bridge that is no box on a serial line but a bus of this very machine."""

BRIDGES: dict[str, type[Bridge]] = {
    SC18IM700: Sc18im700,
    "bus-pirate": bus_pirate.BusPirate,
    "i2cdriver": i2cdriver.I2cDriver,
    "usb-iss": usb_iss.UsbIss,
    LINUX: linux.Linux,
}

BAUDS: dict[str, int] = {
    SC18IM700: 9600,
    "bus-pirate": bus_pirate.BAUD,
    "i2cdriver": i2cdriver.BAUD,
    "usb-iss": usb_iss.BAUD,
    LINUX: linux.BAUD,
}
"""The speed each comes up at, which a bench file need not say."""

__all__ = ["BAUDS", "BRIDGES", "LINUX", "Bridge"]
