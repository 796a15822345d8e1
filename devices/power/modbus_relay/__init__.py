"""A relay behind a Modbus coil as a bench file names it: a power channel, not a clock."""

from harness.device.facts import Option

POWER_KIND = "coil"
OPTIONS = (Option(name="coil", kind="int", default=0, says="wire address of the coil of channel 1"),)
SOURCES = ("MODBUS application protocol V1.1b3, 6.1 and 6.5 (read coils; write single coil)",)
