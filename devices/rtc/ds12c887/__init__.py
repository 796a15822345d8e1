"""Facts of the Dallas/Maxim DS12C887. Its registers stand in the driver, and again in the simulator."""

from devices.rtc.limits import LEAP_2100, ON_A_BOARD, READ_TWICE
from harness.calendar.century import CenturyRule
from harness.calendar.form import SUNDAY_1, ClockForm, LeapRule
from harness.device.facts import MS_NS, SECOND_NS, Certainty, DeviceFacts, Hazard, IdentityMeans

FACTS = DeviceFacts(
    id="rtc/ds12c887",
    maker="Dallas / Maxim",
    model="DS12C887",
    form=ClockForm(century=CenturyRule.byte(), weekday=SUNDAY_1, leap=LeapRule.EVERY_FOURTH),
    first="1900-01-01 00:00:00",
    last="2099-12-31 23:59:59",
    identity=IdentityMeans.FINGERPRINT,
    links=("parallel",),
    certainty=Certainty.EXPERIMENTAL,
    sources=(
        "DS12C887 data sheet: tables 2A and 2B (registers), p. 19 (SET freezes the user copy, the chain runs on)",
        "century in register 32h, counted on by the chip: believed",
        "years that four divides are leap, 00 included: believed",
        "how a board's shell reaches the ports is believed",
    ),
    reply_ns=2 * SECOND_NS,
    boot_ns=60 * SECOND_NS,
    poll_ns=500 * MS_NS,
    divider_resets=False,
    keeps_time_unpowered=True,
    lost_flags=("clock-failed", "halted"),
    set_disturbs=("oscillator-started",),
    can_go_back=True,
    hazards=(Hazard.OUTPUTS, Hazard.DATALOG),
    limits=(LEAP_2100, READ_TWICE, ON_A_BOARD),
)
