"""Facts of the ST M41T62 real-time clock. Its registers stand in the driver, and again in the simulator."""

from dataclasses import replace

from devices.rtc.limits import LEAP_2100, WEEKDAY_IS_FREE
from harness.calendar.century import CenturyRule
from harness.calendar.form import SUNDAY_1, ClockForm, LeapRule
from harness.device.facts import Certainty, DeviceFacts, IdentityMeans, Option

CENTURY_ZERO = "century-zero"
_CHOICES = ("1900s", "2000s")


def with_century_zero(facts: DeviceFacts, chosen: str) -> DeviceFacts:
    """Return the facts of a chip whose century bits count from the 1900s or the 2000s."""
    first = int(chosen[:4])
    return replace(facts, first=f"{first}-01-01 00:00:00", last=f"{first + 399}-12-31 23:59:59")


FACTS = with_century_zero(
    DeviceFacts(
        id="rtc/m41t62",
        maker="ST",
        model="M41T62",
        form=ClockForm(century=CenturyRule.byte(), weekday=SUNDAY_1, leap=LeapRule.EVERY_FOURTH),
        first="1900-01-01 00:00:00",
        last="2299-12-31 23:59:59",
        identity=IdentityMeans.FINGERPRINT,
        links=("i2c",),
        certainty=Certainty.VERIFIED,
        sources=(
            "M41T62 data sheet DocID10397: 3.8 (two century bits count centuries), 3.9 (every fourth year is leap)",
            "M41T60 data sheet DocID10396, 3.6 (after the first power all but a few bits are random)",
            "Linux rtc-m41t80.c (registers, ST, and OF in the flags)",
        ),
        divider_resets=None,
        keeps_time_unpowered=None,  # the chip has one supply pin; a capacitor behind it is the board's affair
        lost_flags=("halted", "oscillator-failed"),
        set_disturbs=("oscillator-started", "oscillator-fail-flag"),
        can_go_back=True,
        options=(
            Option(
                name=CENTURY_ZERO,
                kind="choice",
                default=_CHOICES[0],
                says="the century that century bits 00 stand for; the data sheet's example means the 2000s",
                choices=_CHOICES,
            ),
        ),
        limits=(
            ("century-bits-are-a-convention", "the chip counts centuries in two bits; from which on, the host decides"),
            WEEKDAY_IS_FREE,
            LEAP_2100,
            ("reset-when-read", "reading the flags may clear the owner's alarm flag"),
        ),
    ),
    _CHOICES[0],
)
