"""A SCPI bench supply as a bench file names it: a power channel, not a clock."""

from harness.device.facts import Option

POWER_KIND = "scpi"
OPTIONS = (
    Option(name="channels", kind="int", default=1, says="how many outputs the supply has; one is not selected first"),
)
SOURCES = ("SCPI-99, volume 4 (INSTrument:NSELect, OUTPut:STATe); believed of any one supply until its bench shows it",)
