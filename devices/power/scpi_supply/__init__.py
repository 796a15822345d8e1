"""A SCPI bench supply as a bench file names it: a power channel, not a clock."""

from harness.device.facts import Option

POWER_KIND = "scpi"
OPTIONS = (
    Option(
        name="channels",
        kind="int",
        default=0,
        says="how many outputs the supply has; a single one is not selected first; 0 when not stated",
    ),
)
SOURCES = ("SCPI-99, volume 4 (INSTrument:NSELect, OUTPut:STATe); believed of any one supply until its bench shows it",)
