"""Facts of the Dallas/Maxim DS1685 and DS17x85. Their registers stand in the driver, and again in the simulator."""

from devices.rtc.limits import LEAP_2100, ON_A_BOARD, READ_TWICE
from harness.calendar.century import CenturyRule
from harness.calendar.form import SUNDAY_1, ClockForm, LeapRule
from harness.device.facts import MS_NS, SECOND_NS, Certainty, DeviceFacts, Hazard, IdentityMeans

FACTS = DeviceFacts(
    id="rtc/ds1685",
    maker="Dallas / Maxim",
    model="DS1685, DS17x85",
    form=ClockForm(century=CenturyRule.byte(), weekday=SUNDAY_1, leap=LeapRule.EVERY_FOURTH),
    first="1900-01-01 00:00:00",
    last="2099-12-31 23:59:59",
    identity=IdentityMeans.SERIAL_NUMBER,
    links=("parallel",),
    certainty=Certainty.EXPERIMENTAL,
    sources=(
        "Linux ds1685.h and rtc-ds1685.c (bank 1 by bit 4 of register A, century 48h, model 40h, SET around a set)",
        "DS12887 data sheet, table 2 (the registers below 0Eh are those of the MC146818)",
        "serial number in 41h-46h, least significant byte first: believed",
        "century counted on by the chip, and years that four divides are leap, 00 included: believed",
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
    limits=(
        LEAP_2100,
        ON_A_BOARD,
        READ_TWICE,
        ("bank-for-the-century", "to see the century, bank 1 is chosen and the choice put back, in one message"),
    ),
)
