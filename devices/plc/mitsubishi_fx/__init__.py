"""Facts of the Mitsubishi FX clock through the programming port. Its frames stand in the driver."""

from devices.plc.fx_clock import OPTIONS
from harness.calendar.century import CenturyRule
from harness.calendar.form import SUNDAY_0, ClockForm, LeapRule
from harness.device.facts import MS_NS, Certainty, DeviceFacts, Hazard, IdentityMeans

FACTS = DeviceFacts(
    id="plc/mitsubishi-fx",
    maker="Mitsubishi Electric",
    model="FX series, programming port",
    form=ClockForm(century=CenturyRule.digits(), weekday=SUNDAY_0, leap=LeapRule.EVERY_FOURTH),
    first="1980-01-01 00:00:00",
    last="2079-12-31 23:59:59",
    identity=IdentityMeans.OPERATOR,
    links=("serial",),
    certainty=Certainty.EXPERIMENTAL,
    sources=(
        "KrystianD/fxplc (frames of the programming port and their sum)",
        "hupengwu/fox-edge-server-protocol and a published FX slave with tests (D8000 stands at byte address 0E00h)",
        "source of an FX3U-ENET-ADP clone (D8013 to D8019 in this order, plain numbers, all seven written back)",
        "the digits of the year, Sunday as 0, the years 1980 to 2079 and that no M8015 is needed are believed",
    ),
    reply_ns=1_000 * MS_NS,
    boot_ns=5_000 * MS_NS,
    hazards=(Hazard.OUTPUTS,),  # whatever its program switches by the clock
    options=OPTIONS,
    limits=(("year-digits", "two digits of the year from the works; four if the controller's program chose them"),),
)
