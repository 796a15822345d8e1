"""Every second across the edges, as the wire shows it, on every simulated clock that tells calendar digits."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from devices.agri.campbell_cr10x import sim as cr10x
from devices.climate.enervent_eda import sim as enervent
from devices.instrument.icp_das_dl303 import sim as dl303
from devices.instrument.julabo_presto import sim as julabo
from devices.plc.allen_bradley_micrologix import sim as micrologix
from devices.plc.allen_bradley_slc import sim as slc
from devices.plc.delta_dvp import sim as delta
from devices.plc.directlogic import sim as directlogic
from devices.plc.mitsubishi_fx import sim as fx
from devices.plc.mitsubishi_mc_1e import sim as mc_1e
from devices.plc.omron_fins import sim as fins
from devices.plc.omron_host_link import sim as host_link
from devices.plc.panasonic_fp import sim as panasonic
from devices.plc.schneider_sw_block import sim as schneider
from devices.plc.siemens_logo_0ba6 import sim as logo
from devices.plc.siemens_s7_300 import sim as s7
from devices.plc.toyopuc import sim as toyopuc
from devices.power.accuenergy_acurev import sim as acurev
from devices.power.deif_sgc_410 import sim as deif
from devices.power.deye import sim as deye
from devices.power.electrex_x3m import sim as electrex
from devices.power.foxess import sim as foxess
from devices.power.ge_kelman_dga900 import sim as kelman
from devices.power.growatt import sim as growatt
from devices.power.socomec_ups import sim as socomec
from devices.simulation.bugs import CATALOGUE
from devices.simulation.device import SimulatedDevice
from devices.simulation.setup import SimulatorSetup
from harness.clock import VirtualClock
from tests.devices import sim_peers as peers
from tests.devices.sim_peers import EDGES, SECOND, Edge, Shown, seconds_around


def whole(year: int) -> int:
    return year


def two_digits(year: int) -> int:
    return year % 100


def sunday_0(weekday: int) -> int:
    return weekday


def sunday_1(weekday: int) -> int:
    return weekday + 1


def monday_1(weekday: int) -> int:
    return weekday or 7


class Model(NamedTuple):
    make: Callable[[SimulatorSetup], SimulatedDevice]
    read: Callable[[SimulatedDevice], Shown]
    year: Callable[[int], int]
    weekday: Callable[[int], int] | None
    first: int = 1990


MODELS = {
    "schneider-sw-block": Model(schneider.make_simulator, peers.read_schneider, whole, monday_1),
    "delta-dvp": Model(delta.make_simulator, peers.read_delta, two_digits, monday_1),
    "directlogic": Model(directlogic.make_simulator, peers.read_directlogic, two_digits, sunday_0),
    "omron-host-link": Model(host_link.make_simulator, peers.read_host_link, two_digits, sunday_0),
    "omron-fins": Model(fins.make_simulator, peers.read_fins, two_digits, sunday_0),
    "mitsubishi-fx": Model(fx.make_simulator, peers.read_fx, whole, sunday_0),
    "mitsubishi-mc-1e": Model(mc_1e.make_simulator, peers.read_mc_1e, whole, sunday_0),
    "allen-bradley-slc": Model(slc.make_simulator, peers.read_df1, whole, None),
    "allen-bradley-micrologix": Model(micrologix.make_simulator, peers.read_micrologix, whole, sunday_0, 1998),
    "siemens-s7-300": Model(s7.make_simulator, peers.read_s7, two_digits, sunday_1),
    "panasonic-fp": Model(panasonic.make_simulator, peers.read_panasonic, two_digits, sunday_0),
    "toyopuc": Model(toyopuc.make_simulator, peers.read_toyopuc, two_digits, sunday_0),
    "growatt": Model(growatt.make_simulator, peers.read_growatt, whole, None, 2000),
    "deye": Model(deye.make_simulator, peers.read_deye, two_digits, None),
    "electrex-x3m": Model(electrex.make_simulator, peers.read_electrex, whole, None),
    "socomec-ups": Model(socomec.make_simulator, peers.read_socomec, two_digits, monday_1),
    "ge-kelman-dga900": Model(kelman.make_simulator, peers.read_kelman, whole, sunday_1),
    "julabo-presto": Model(julabo.make_simulator, peers.read_julabo, whole, None),
    "icp-das-dl303": Model(dl303.make_simulator, peers.read_dl303, whole, None),
    "accuenergy-acurev": Model(acurev.make_simulator, peers.read_acurev, whole, sunday_0),
    "foxess": Model(foxess.make_simulator, peers.read_foxess, two_digits, None),
    "deif-sgc-410": Model(deif.make_simulator, peers.read_deif, whole, monday_1),
    "enervent-eda": Model(enervent.make_simulator, peers.read_enervent, two_digits, sunday_0),
}


def watch(model: Model, edge: Edge, bugs: tuple[str, ...] = ()) -> list[Shown]:
    clock = VirtualClock(0)
    device = model.make(SimulatorSetup(clock=clock, initial_seconds=edge.seconds, bugs=bugs))
    shown = []
    for second in range(7):
        clock.advance_to(second * SECOND)
        shown.append(model.read(device))
    return shown


CROSSINGS = [(model, edge) for model, of in MODELS.items() for edge, at in EDGES.items() if at.before[0] >= of.first]


@pytest.mark.parametrize(("model", "edge"), CROSSINGS)
def test_every_second_across_an_edge_is_shown(model: str, edge: str) -> None:
    of = MODELS[model]
    assert seconds_around(EDGES[edge], year=of.year, weekday=of.weekday) == watch(of, EDGES[edge])


@pytest.mark.parametrize("model", MODELS)
def test_the_leap_day_of_2000_is_missing_only_when_that_bug_is_on(model: str) -> None:
    """A bug must be seen on the wire, and nowhere but after its edge."""
    of = MODELS[model]
    sound, spoilt = watch(of, EDGES["2000-02-28"]), watch(of, EDGES["2000-02-28"], ("no-leap-2000",))
    assert sound[:3] == spoilt[:3]
    assert (29, 1) == (sound[3][2], spoilt[3][2])


@pytest.mark.parametrize("model", MODELS)
def test_a_clock_without_its_supply_goes_on_or_shows_its_default(model: str) -> None:
    of = MODELS[model]
    clock = VirtualClock(0)
    kept = of.make(SimulatorSetup(clock=clock, initial_seconds=EDGES["2000-02-28"].seconds))
    lost = of.make(SimulatorSetup(clock=clock, initial_seconds=EDGES["2000-02-28"].seconds, has_battery=False))
    for device in (kept, lost):
        device.power(False)
    clock.advance_to(5 * SECOND)
    for device in (kept, lost):
        device.power(True)
    assert seconds_around(EDGES["2000-02-28"], year=of.year, weekday=of.weekday)[5] == of.read(kept)
    assert of.read(lost)[:6] != of.read(kept)[:6]


@pytest.mark.parametrize("model", MODELS)
def test_without_supply_there_is_silence(model: str) -> None:
    of = MODELS[model]
    device = of.make(SimulatorSetup(clock=VirtualClock(0), initial_seconds=EDGES["2000-02-28"].seconds))
    of.read(device)
    asked = device.recorder.exchanges[-1].arrived
    device.power(False)
    assert device.receive(asked) == b""


@pytest.mark.parametrize(
    "module", [fins, fx, mc_1e, slc, micrologix, s7, logo, panasonic, toyopuc, host_link, schneider, cr10x]
)
def test_only_bugs_that_can_exist_are_offered(module: object) -> None:
    assert set(getattr(module, "BUGS", ())) <= set(CATALOGUE)


@pytest.mark.parametrize(
    ("model", "last", "expected"),
    [
        # Two digits go from 99 to 00, and 00 is a leap year to them, so 2100-02-29 exists (reference: every chip's rule)
        ("toyopuc", 4_107_542_399, (0, 3, 1, 0, 0, 0, 1)),
        ("omron-fins", 4_107_542_399, (0, 3, 1, 0, 0, 0, 1)),
    ],
)
def test_two_digits_of_2100_have_a_leap_day(model: str, last: int, expected: Shown) -> None:
    """One second after 2100-02-28 23:59:59 the clock shows 29 February; counted from 2099 on, as no set can name 2100."""
    of = MODELS[model]
    clock = VirtualClock(0)
    setup = SimulatorSetup(clock=clock, initial_seconds=4_102_444_799, options={"century-window": 2000})
    device = of.make(setup)
    assert (99, 12, 31, 23, 59, 59) == of.read(device)[:6]
    clock.advance_to((last - 4_102_444_799) * SECOND)
    assert (0, 2, 28, 23, 59, 59) == of.read(device)[:6]
    clock.advance_to((last - 4_102_444_799 + 1) * SECOND)
    assert (0, 2, 29, 0, 0, 0) == of.read(device)[:6]
    clock.advance_to((last - 4_102_444_799 + 1 + 86_400) * SECOND)
    assert expected[:6] == of.read(device)[:6]


def test_the_micrologix_follows_2097_with_1998() -> None:
    clock = VirtualClock(0)
    device = micrologix.make_simulator(SimulatorSetup(clock=clock, initial_seconds=4_039_372_799))
    assert (2097, 12, 31, 23, 59, 59, 2) == peers.read_micrologix(device)
    clock.advance_to(SECOND)
    assert (1998, 1, 1, 0, 0, 0, 3) == peers.read_micrologix(device)


def test_the_s7_follows_2089_with_1990() -> None:
    clock = VirtualClock(0)
    device = s7.make_simulator(SimulatorSetup(clock=clock, initial_seconds=3_786_911_999))
    assert (89, 12, 31, 23, 59, 59) == peers.read_s7(device)[:6]
    clock.advance_to(SECOND)
    assert (90, 1, 1, 0, 0, 0) == peers.read_s7(device)[:6]
    assert 631_152_000 == device.device_seconds()


@pytest.mark.parametrize("edge", ["2000-02-28", "2000-02-29", "2024-02-28"])
def test_the_logo_counts_minutes_across_the_leap_day(edge: str) -> None:
    at = EDGES[edge]
    clock = VirtualClock(0)
    device = logo.make_simulator(SimulatorSetup(clock=clock, initial_seconds=at.seconds))
    evening, morning = (at.weekday_after - 1) % 7, at.weekday_after
    for second in range(7):
        clock.advance_to(second * SECOND)
        (year, month, day), time, weekday = (
            (at.before, (23, 59), evening) if second < 3 else (at.after, (0, 0), morning)
        )
        assert (year % 100, month, day, *time, 0, weekday) == peers.read_logo(device)


def test_the_s7_tells_milliseconds() -> None:
    clock = VirtualClock(0)
    device = s7.make_simulator(SimulatorSetup(clock=clock, initial_seconds=EDGES["1999-12-31"].seconds))
    peers.read_s7(device)
    clock.advance_to(2_999_000_000)
    assert bytes.fromhex("99 12 31 23 59 59 99 96") == device.receive(peers.S7_READ)[-8:]
    clock.advance_to(3_000_000_000)
    assert bytes.fromhex("00 01 01 00 00 00 00 07") == device.receive(peers.S7_READ)[-8:]
