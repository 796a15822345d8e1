"""Facts of the Mitsubishi FX clock over the MC protocol, 1E frames. Its frames stand in the driver."""

from devices.plc.fx_clock import OPTIONS
from harness.calendar.century import CenturyRule
from harness.calendar.form import SUNDAY_0, ClockForm, LeapRule
from harness.device.facts import MS_NS, Certainty, DeviceFacts, Hazard, IdentityMeans

FACTS = DeviceFacts(
    id="plc/mitsubishi-mc-1e",
    maker="Mitsubishi Electric",
    model="FX3U behind an Ethernet adapter (MC protocol, 1E frames)",
    form=ClockForm(century=CenturyRule.digits(), weekday=SUNDAY_0, leap=LeapRule.EVERY_FOURTH),
    first="1980-01-01 00:00:00",
    last="2079-12-31 23:59:59",
    identity=IdentityMeans.OPERATOR,
    links=("serial",),
    certainty=Certainty.EXPERIMENTAL,
    sources=(
        "Mitsubishi FX3U Ethernet manual, 9-17 (device code 4420h; D8000 to D8511 at 1F40h to 213Fh)",
        "source of an FX3U-ENET-ADP clone (D8013 to D8019 in this order, plain numbers, all seven written back)",
        "the frame's layout, the digits of the year, Sunday as 0 and the years 1980 to 2079 are believed",
    ),
    reply_ns=2_000 * MS_NS,
    boot_ns=10_000 * MS_NS,
    hazards=(Hazard.OUTPUTS,),  # whatever its program switches by the clock
    options=OPTIONS,
    limits=(("year-digits", "two digits of the year from the works; four if the controller's program chose them"),),
)
