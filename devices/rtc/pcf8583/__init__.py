"""Facts of the Philips/NXP PCF8583 real-time clock. Its registers stand in the driver, and again in the simulator."""

from harness.calendar.century import CenturyRule
from harness.calendar.form import SUNDAY_0, ClockForm, LeapRule
from harness.device.facts import Certainty, DeviceFacts, IdentityMeans, Option

CLAIM_RAM = "claim-ram"

FACTS = DeviceFacts(
    id="rtc/pcf8583",
    maker="Philips / NXP",
    model="PCF8583 with the year in its RAM",
    form=ClockForm(century=CenturyRule.digits(1901, 2099), weekday=SUNDAY_0, leap=LeapRule.EVERY_FOURTH),
    first="1901-01-01 00:00:00",
    last="2099-12-31 23:59:59",
    identity=IdentityMeans.FINGERPRINT,
    links=("i2c",),
    certainty=Certainty.EXPERIMENTAL,
    sources=(
        "PCF8583 data sheet, 7.4 (registers; the year has two bits; 12-hour mode; the mask flag)",
        "Linux rtc-pcf8583.c (the host keeps year and century in RAM C0h and C1h, and their sum in 3Fh)",
        "believed: a year of four is leap when its two bits are 0; a burst is read from latches; STOP holds the counters",
    ),
    divider_resets=None,
    keeps_time_unpowered=None,  # the chip has one supply pin; a cell behind it is the board's affair
    set_disturbs=("ram-3f", "ram-c0-c1", "hundredths"),
    can_go_back=True,
    options=(
        Option(
            name=CLAIM_RAM,
            kind="flag",
            default=False,
            says="write the year into RAM C0h-C1h even where no year is kept there yet",
        ),
    ),
    limits=(
        ("two-bit-year", "the chip counts four years; the rest of the year is the host's, kept here in its RAM"),
        ("four-years-at-most", "a clock that nobody sets for four years is read four years early"),
        ("no-loss-flag", "the chip cannot tell that it lost its supply"),
    ),
)
