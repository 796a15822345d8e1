"""Controllers, meters and ventilation on Modbus: how each is set, what it refuses, what it ignores."""

from __future__ import annotations

import pytest

from devices.climate.enervent_eda import sim as enervent
from devices.instrument.julabo_presto import sim as julabo
from devices.plc.delta_dvp import sim as delta
from devices.plc.directlogic import sim as directlogic
from devices.plc.schneider_sw_block import sim as schneider
from devices.power.deep_sea_gencomm import sim as gencomm
from devices.power.deye import sim as deye
from devices.power.electrex_x3m import sim as electrex
from devices.power.ge_kelman_dga900 import sim as kelman
from devices.power.growatt import sim as growatt
from devices.power.socomec_ups import sim as socomec
from devices.simulation.setup import SimulatorSetup
from harness.clock import VirtualClock
from tests.devices.sim_peers import (
    SECOND,
    read_delta,
    read_deye,
    read_directlogic,
    read_electrex,
    read_enervent,
    read_growatt,
    read_julabo,
    read_kelman,
    read_schneider,
    read_socomec,
    rtu,
    words,
)

NOON_2009_06_15 = 1_245_067_200  # a Monday


def setup(clock: VirtualClock | None = None, *, unit: int = 1, **options: int | str | bool) -> SimulatorSetup:
    named = {name.replace("_", "-"): chosen for name, chosen in options.items()}
    return SimulatorSetup(clock=clock or VirtualClock(0), initial_seconds=NOON_2009_06_15, options=named, unit=unit)


# -- Schneider --------------------------------------------------------------------------------------------------------


def test_the_ladder_takes_seconds_and_decimal_time_from_its_mailbox_and_clears_the_coil() -> None:
    """The published client: %MW76 seconds, %MW77 hour * 100 + minute, then %M95. It sets no date."""
    device = schneider.make_simulator(setup(mailbox=76, mailbox_date=False))
    device.receive(rtu("01 10 00 4E 00 02 04 04 CF 07 CF"))  # 1231, 1999: words that this program does not know
    device.receive(rtu("01 10 00 4C 00 02 04 00 32 09 37"))  # 50 s, 2359
    assert device.recorder.sets == []
    assert rtu("01 05 00 5F FF 00") == device.receive(rtu("01 05 00 5F FF 00"))
    assert (2009, 6, 15, 23, 59, 50, 1) == read_schneider(device)
    assert rtu("01 01 01 00") == device.receive(rtu("01 01 00 5F 00 01"))


def test_a_ladder_that_knows_dates_takes_month_and_day_and_the_year_as_decimal_words() -> None:
    clock = VirtualClock(0)
    device = schneider.make_simulator(setup(clock, mailbox=76))
    device.receive(rtu("01 10 00 4C 00 04 08 00 3B 09 37 04 CF 07 CF"))  # 59, 2359, 1231, 1999
    device.receive(rtu("01 05 00 5F FF 00"))
    clock.advance_to(SECOND)
    assert (2000, 1, 1, 0, 0, 0, 6) == read_schneider(device)


def test_a_program_without_a_mailbox_takes_nothing_from_one() -> None:
    device = schneider.make_simulator(setup())
    device.receive(rtu("01 10 00 4C 00 04 08 00 3B 09 37 04 CF 07 CF"))
    device.receive(rtu("01 05 00 5F FF 00"))
    assert device.recorder.sets == []


@pytest.mark.parametrize("commit", [("01 05 00 32 FF 00", "01 05 00 32 00 00"), ("", "01 05 00 5F FF 00")])
def test_the_block_in_bcd_is_taken_by_the_falling_edge_of_s50_or_by_the_coil(commit: tuple[str, str]) -> None:
    clock = VirtualClock(0)
    device = schneider.make_simulator(setup(clock))
    if commit[0]:
        device.receive(rtu(commit[0]))
    device.receive(rtu("01 10 00 32 00 04 08 00 59 23 59 12 31 19 99"))
    assert device.recorder.sets == []
    device.receive(rtu(commit[1]))
    clock.advance_to(SECOND)
    assert rtu("01 03 0A 00 06 00 00 00 00 01 01 20 00") == device.receive(rtu("01 03 00 31 00 05"))


def test_the_premium_form_has_its_seconds_high() -> None:
    clock = VirtualClock(0)
    device = schneider.make_simulator(setup(clock, form="premium"))
    clock.advance_to(42 * SECOND)
    assert [0x0001, 0x4200, 0x1200, 0x0615, 0x2009] == words(device.receive(rtu("01 03 00 31 00 05")))


def test_the_ladder_ignores_a_date_that_does_not_exist() -> None:
    device = schneider.make_simulator(setup())
    device.receive(rtu("01 10 00 32 00 04 08 00 00 12 00 02 30 20 00"))
    device.receive(rtu("01 05 00 5F FF 00"))
    assert device.recorder.sets == []
    assert (2009, 6, 15, 12, 0, 0, 1) == read_schneider(device)


# -- Delta DVP --------------------------------------------------------------------------------------------------------


def test_the_delta_takes_single_registers_at_once() -> None:
    clock = VirtualClock(0)
    device = delta.make_simulator(setup(clock))
    for address, word in (
        ("27", "63"),
        ("25", "0C"),
        ("24", "1F"),
        ("23", "17"),
        ("22", "3B"),
        ("21", "3B"),
        ("26", "05"),
    ):
        body = f"01 06 15 {address} 00 {word}"
        assert rtu(body) == device.receive(rtu(body))
    clock.advance_to(SECOND)
    assert (0, 1, 1, 0, 0, 0, 6) == read_delta(device)


def test_the_delta_that_waits_for_its_coil_takes_nothing_before() -> None:
    device = delta.make_simulator(setup(set_by_coil=True))
    device.receive(rtu("01 06 15 23 00 17"))
    assert device.recorder.sets == []
    device.receive(rtu("01 05 0B F7 FF 00"))
    assert (9, 6, 15, 23, 0, 0, 1) == read_delta(device)


def test_the_delta_works_out_the_weekday_that_nobody_writes() -> None:
    """2000-02-29 was a Tuesday."""
    device = delta.make_simulator(setup())
    for address, word in (("27", "00"), ("25", "02"), ("24", "1D")):
        device.receive(rtu(f"01 06 15 {address} 00 {word}"))
    assert (0, 2, 29, 12, 0, 0, 2) == read_delta(device)


def test_the_delta_refuses_month_13() -> None:
    device = delta.make_simulator(setup())
    assert rtu("01 86 03") == device.receive(rtu("01 06 15 25 00 0D"))


# -- DirectLOGIC ------------------------------------------------------------------------------------------------------


def test_a_write_to_the_clock_words_of_the_directlogic_is_acknowledged_and_lost() -> None:
    device = directlogic.make_simulator(setup())
    assert rtu("01 06 0F FC 00 99") == device.receive(rtu("01 06 0F FC 00 99"))
    assert (9, 6, 15, 12, 0, 0, 1) == read_directlogic(device)
    assert device.recorder.sets == []


def test_the_ladders_mailbox_sets_the_directlogic() -> None:
    """DATE: day and weekday, year and month. TIME: minute and second, hour. Then C0."""
    clock = VirtualClock(0)
    device = directlogic.make_simulator(setup(clock, mailbox=0o2000))
    device.receive(rtu("01 10 04 00 00 04 08 31 05 99 12 59 59 00 23"))
    assert device.recorder.sets == []
    device.receive(rtu("01 05 0C 00 FF 00"))
    clock.advance_to(SECOND)
    assert rtu("01 03 0E 00 00 00 00 00 00 00 06 00 01 00 01 00 00") == device.receive(rtu("01 03 0F F6 00 07"))


# -- Growatt: 0xAHA/Growatt_ModbusTCP 393 and 443 ---------------------------------------------------------------------


def test_the_growatt_reads_2026_and_wants_26() -> None:
    device = growatt.make_simulator(setup())
    assert bytes.fromhex("01 06 00 2D 00 1A 98 08") == device.receive(bytes.fromhex("01 06 00 2D 00 1A 98 08"))
    assert (2026, 6, 15, 12, 0, 0) == read_growatt(device)


def test_the_growatt_acknowledges_a_whole_year_and_ignores_it() -> None:
    device = growatt.make_simulator(setup())
    assert rtu("01 06 00 2D 07 EA") == device.receive(rtu("01 06 00 2D 07 EA"))
    assert (2009, 6, 15, 12, 0, 0) == read_growatt(device)
    assert device.recorder.sets == []


def test_some_growatts_refuse_a_whole_year() -> None:
    device = growatt.make_simulator(setup(full_year="refused"))
    assert rtu("01 86 03") == device.receive(rtu("01 06 00 2D 07 EA"))


def test_the_growatt_knows_no_function_16() -> None:
    device = growatt.make_simulator(setup())
    assert rtu("01 90 01") == device.receive(rtu("01 10 00 2D 00 06 0C 00 1A 00 09 00 10 00 09 00 1E 00 16"))


def test_the_growatt_set_one_by_one_reads_as_its_owner_saw() -> None:
    """2026 9 16 9 30 22."""
    device = growatt.make_simulator(setup())
    for address, word in (("2D", "1A"), ("2E", "09"), ("2F", "10"), ("30", "09"), ("31", "1E"), ("32", "16")):
        device.receive(rtu(f"01 06 00 {address} 00 {word}"))
    assert (2026, 9, 16, 9, 30, 22) == read_growatt(device)


# -- Deye: kellerza/sunsynk tests -------------------------------------------------------------------------------------


def test_the_deye_reads_the_published_example() -> None:
    device = deye.make_simulator(SimulatorSetup(clock=VirtualClock(0), initial_seconds=1_677_674_096))
    assert [5891, 268, 8760] == words(device.receive(rtu("01 03 00 16 00 03")))


def test_the_deye_is_set_and_wraps_99_to_00() -> None:
    clock = VirtualClock(0)
    device = deye.make_simulator(setup(clock, base=62))
    device.receive(rtu("01 10 00 3E 00 03 06 63 0C 1F 17 3B 3B"))
    clock.advance_to(SECOND)
    assert [0x0001, 0x0100, 0x0000] == words(device.receive(rtu("01 03 00 3E 00 03")))


def test_the_deye_refuses_hour_24() -> None:
    device = deye.make_simulator(setup())
    assert rtu("01 90 03") == device.receive(rtu("01 10 00 16 00 03 06 09 06 0F 18 00 00"))
    assert (9, 6, 15, 12, 0, 0) == read_deye(device)


# -- Deep Sea GenComm -------------------------------------------------------------------------------------------------


def test_the_gencomm_count_has_its_high_word_first_and_32_bits() -> None:
    clock = VirtualClock(0)
    device = gencomm.make_simulator(setup(clock, unit=10))
    assert rtu("0A 03 04 4A 36 37 C0") == device.receive(bytes.fromhex("0A 03 07 00 00 02 C4 04"))
    device.receive(rtu("0A 10 07 00 00 02 04 7F FF FF FF"))
    clock.advance_to(SECOND)
    assert rtu("0A 03 04 80 00 00 00") == device.receive(bytes.fromhex("0A 03 07 00 00 02 C4 04"))
    assert 2_147_483_648 == device.device_seconds()
    device.receive(rtu("0A 10 07 00 00 02 04 FF FF FF FF"))
    clock.advance_to(2 * SECOND)
    assert rtu("0A 03 04 00 00 00 00") == device.receive(bytes.fromhex("0A 03 07 00 00 02 C4 04"))


def test_the_gencomm_takes_no_half_of_a_count() -> None:
    device = gencomm.make_simulator(setup())
    assert rtu("01 90 02") == device.receive(rtu("01 10 07 00 00 01 02 00 00"))
    assert rtu("01 86 01") == device.receive(rtu("01 06 07 00 00 00"))


# -- Electrex X3M: manual p.78-79 -------------------------------------------------------------------------------------


def test_the_electrex_is_set_in_either_form_by_one_query() -> None:
    clock = VirtualClock(0)
    device = electrex.make_simulator(setup(clock))
    device.receive(rtu("01 10 00 9D 00 04 08 14 18 02 1C 00 17 3B 3B"))  # 2024-02-28 23:59:59
    clock.advance_to(SECOND)
    assert (2024, 2, 29, 0, 0, 0) == read_electrex(device)
    device.receive(rtu("01 10 00 A1 00 02 04 7F FF FF FF"))
    assert (2038, 1, 19, 3, 14, 7) == read_electrex(device)


@pytest.mark.parametrize(
    "body",
    [
        "01 10 00 9D 00 04 08 13 63 0C 1F 00 17 3B 3B",  # 1999
        "01 10 00 9D 00 04 08 14 03 0C 1F 00 17 3B 3B",  # 2003
        "01 10 00 9D 00 04 08 15 00 01 01 00 00 00 00",  # 2100
        "01 10 00 9D 00 04 08 14 17 02 1D 00 00 00 00",  # 2023-02-29
        "01 10 00 A1 00 02 04 3F F3 62 FF",  # one second before 2004
        "01 10 00 9D 00 02 04 14 18 02 1C",  # half of it
        "01 06 00 9D 14 18",
    ],
)
def test_the_electrex_answers_anything_else_with_exception_04(body: str) -> None:
    device = electrex.make_simulator(setup())
    assert rtu(f"01 {int(body[3:5], 16) | 0x80:02X} 04") == device.receive(rtu(body))
    assert device.recorder.sets == []


# -- Socomec, Julabo, Enervent ----------------------------------------------------------------------------------------


def test_the_socomec_keeps_its_weekday_beside_the_month() -> None:
    clock = VirtualClock(0)
    device = socomec.make_simulator(setup(clock))
    device.receive(rtu("01 10 00 CB 00 04 08 3B 3B 1F 17 0C 04 00 63"))  # Thursday 2099-12-31
    assert (99, 12, 31, 23, 59, 59, 4) == read_socomec(device)
    clock.advance_to(SECOND)
    assert (0, 1, 1, 0, 0, 0, 5) == read_socomec(device)


def test_the_socomec_refuses_weekday_8() -> None:
    device = socomec.make_simulator(setup())
    assert rtu("01 90 03") == device.receive(rtu("01 10 00 CB 00 04 08 00 00 0F 0C 06 08 00 09"))


def test_the_julabo_is_set_by_one_write_and_refuses_30_february() -> None:
    clock = VirtualClock(0)
    device = julabo.make_simulator(setup(clock))
    device.receive(rtu("01 10 00 64 00 06 0C 07 CF 00 0C 00 1F 00 17 00 3B 00 3B"))
    clock.advance_to(SECOND)
    assert (2000, 1, 1, 0, 0, 0) == read_julabo(device)
    assert rtu("01 90 03") == device.receive(rtu("01 10 00 64 00 06 0C 07 D0 00 02 00 1E 00 00 00 00 00 00"))


def test_the_enervent_is_set_where_it_is_not_read() -> None:
    clock = VirtualClock(0)
    device = enervent.make_simulator(setup(clock))
    assert rtu("01 86 02") == device.receive(rtu("01 06 00 26 00 00"))
    clock.advance_to(7 * SECOND)
    device.receive(rtu("01 10 02 46 00 05 0A 00 3B 00 17 00 1C 00 02 00 18"))
    assert (24, 2, 28, 23, 59, 7, 3) == read_enervent(device)  # nobody can write the seconds
    clock.advance_to(60 * SECOND)
    assert (24, 2, 29, 0, 0, 0, 4) == read_enervent(device)


# -- GE Kelman --------------------------------------------------------------------------------------------------------


def test_the_kelman_takes_bcd_one_by_one_five_seconds_apart() -> None:
    clock = VirtualClock(0)
    device = kelman.make_simulator(setup(clock))
    assert rtu("01 06 04 B0 19 99") == device.receive(rtu("01 06 04 B0 19 99"))
    clock.advance_to(5 * SECOND - 1)
    assert rtu("01 86 06") == device.receive(rtu("01 06 04 B1 12 31"))
    clock.advance_to(5 * SECOND)
    device.receive(rtu("01 06 04 B1 12 31"))
    clock.advance_to(10 * SECOND)
    device.receive(rtu("01 06 04 B2 23 59"))
    clock.advance_to(15 * SECOND)
    device.receive(rtu("01 06 04 B3 59 06"))
    assert (1999, 12, 31, 23, 59, 59, 6) == read_kelman(device)
    clock.advance_to(16 * SECOND)
    assert (2000, 1, 1, 0, 0, 0, 7) == read_kelman(device)


def test_the_kelman_refuses_a_block_of_bcd_and_half_a_unix_time() -> None:
    device = kelman.make_simulator(setup())
    assert rtu("01 90 04") == device.receive(rtu("01 10 04 B0 00 04 08 19 99 12 31 23 59 59 06"))
    assert rtu("01 86 04") == device.receive(rtu("01 06 04 AD 38 6D"))
    assert rtu("01 86 03") == device.receive(rtu("01 06 04 B1 1A 01"))
    assert device.recorder.sets == []


def test_the_kelman_takes_unix_time_whole() -> None:
    device = kelman.make_simulator(setup())
    device.receive(rtu("01 10 04 AD 00 02 04 38 6D 43 44"))
    assert (1999, 12, 31, 23, 59, 0, 6) == read_kelman(device)
    assert rtu("01 03 04 38 6D 43 44") == device.receive(rtu("01 03 04 AD 00 02"))
