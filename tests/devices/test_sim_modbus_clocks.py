"""Solis, EPEVER and the irrigation timer: real frames and published vectors, as literals."""

from __future__ import annotations

import pytest

from devices.agri.irrigation_timer import sim as irrigation
from devices.power.epever_tracer import sim as epever
from devices.power.solis_rhi import sim as solis
from devices.simulation.device import SimulatedDevice
from devices.simulation.setup import SimulatorSetup
from harness.clock import VirtualClock

SECOND = 1_000_000_000
AT_2022_11_13_19_39_23 = 1_668_368_363
AT_2015_10_08_14_25_41 = 1_444_314_341
AT_1999_12_31_23_59_00 = 946_684_740


def make_frame(body: str) -> bytes:
    octets = bytes.fromhex(body)
    crc = 0xFFFF
    for octet in octets:
        crc ^= octet
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return octets + bytes((crc & 0xFF, crc >> 8))


def make_inverter() -> tuple[SimulatedDevice, VirtualClock]:
    clock = VirtualClock(0)
    return solis.make_simulator(SimulatorSetup(clock=clock, initial_seconds=AT_2022_11_13_19_39_23)), clock


@pytest.mark.parametrize(
    ("request_frame", "reply_frame"),
    [
        ("01040BB7000183C8", "018402C2C1"),
        ("010480E80001983E", "01040231056CA3"),
        ("010481430005E9E1", "01040A0000003500EF13880003A506"),
        ("010481DB0004A9CE", "0104080000000000000000240D"),
        (
            "0104814C0016982F",
            "01042C00000000000000002AF803E80000000000000000000000000000000000000002000000000000000000000701F38E",
        ),
        ("0103A8010001F5AA", "01030200017984"),
        ("010480FE00063838", "01040C0016000B000D00130027001705C9"),
    ],
)
def test_the_inverter_answers_as_the_real_one_did(request_frame: str, reply_frame: str) -> None:
    """Frames of candlerb/solis_exporter, docs/packet_log, 2022-11-13."""
    inverter, _ = make_inverter()
    assert bytes.fromhex(reply_frame) == inverter.receive(bytes.fromhex(request_frame))


def test_the_inverter_takes_the_set_the_real_one_took() -> None:
    inverter, clock = make_inverter()
    clock.advance_to(SECOND // 2)
    written = bytes.fromhex("0110A7F800060C0016000B000D001300270018533C")
    assert bytes.fromhex("0110A7F80006E28E") == inverter.receive(written)
    assert make_frame("01 04 0C 00 16 00 0B 00 0D 00 13 00 27 00 18") == inverter.receive(
        bytes.fromhex("010480FE00063838")
    )
    assert [(SECOND // 2, 1_668_368_364)] == inverter.recorder.sets


@pytest.mark.parametrize(
    "body", ["01 10 A7 F8 00 03 06 00 16 00 0B 00 0D", "01 06 A7 F8 00 16", "01 10 A7 F9 00 01 02 00 01"]
)
def test_the_inverter_refuses_less_than_six_registers(body: str) -> None:
    inverter, _ = make_inverter()
    function = int(body[3:5], 16) | 0x80
    assert make_frame(f"01 {function:02X} 02") == inverter.receive(make_frame(body))
    assert inverter.recorder.sets == []


def test_the_inverter_refuses_month_13_with_exception_03() -> None:
    inverter, _ = make_inverter()
    assert make_frame("01 90 03") == inverter.receive(
        make_frame("01 10 A7 F8 00 06 0C 00 16 00 0D 00 0D 00 13 00 27 00 18")
    )


def test_the_inverter_shows_zeros_after_a_power_loss() -> None:
    inverter, clock = make_inverter()
    inverter.power(False)
    clock.advance_to(20 * SECOND)
    inverter.power(True)
    assert make_frame("01 04 0C" + "00" * 12) == inverter.receive(bytes.fromhex("010480FE00063838"))
    assert inverter.device_seconds() is None


def test_the_inverter_wraps_99_to_00() -> None:
    inverter, clock = make_inverter()
    inverter.receive(make_frame("01 10 A7 F8 00 06 0C 00 63 00 0C 00 1F 00 17 00 3B 00 3B"))
    clock.advance_to(SECOND)
    assert make_frame("01 04 0C 00 00 00 01 00 01 00 00 00 00 00 00") == inverter.receive(
        bytes.fromhex("010480FE00063838")
    )


def make_tracer() -> tuple[SimulatedDevice, VirtualClock]:
    clock = VirtualClock(0)
    return epever.make_simulator(SimulatorSetup(clock=clock, initial_seconds=AT_2015_10_08_14_25_41)), clock


READ_TRACER = bytes.fromhex("01 03 90 13 00 03 D9 0E")  # computed from the map, not captured


def test_the_tracer_reads_as_its_owner_saw_it() -> None:
    """1929h 080Eh 0F0Ah is 2015-10-08 14:25:41: kasbert/epsolar-tracer issue 2."""
    tracer, _ = make_tracer()
    assert make_frame("01 03 06 19 29 08 0E 0F 0A") == tracer.receive(READ_TRACER)


def test_the_tracer_takes_three_registers_at_once_and_crosses_the_year() -> None:
    tracer, clock = make_tracer()
    tracer.receive(bytes.fromhex("01 10 90 13 00 03 06 3B 32 1F 17 17 0C 6F 72"))  # 2023-12-31 23:59:50
    clock.advance_to(10 * SECOND)
    assert make_frame("01 03 06 00 00 01 00 18 01") == tracer.receive(READ_TRACER)


def test_the_tracer_acknowledges_single_writes_and_ignores_them() -> None:
    tracer, _ = make_tracer()
    single = make_frame("01 06 90 15 17 0C")
    assert single == tracer.receive(single)
    assert make_frame("01 10 90 13 00 01") == tracer.receive(make_frame("01 10 90 13 00 01 02 00 00"))
    assert make_frame("01 03 06 19 29 08 0E 0F 0A") == tracer.receive(READ_TRACER)
    assert tracer.recorder.sets == []


def test_the_tracer_wraps_its_year_byte_after_99() -> None:
    tracer, clock = make_tracer()
    tracer.receive(make_frame("01 10 90 13 00 03 06 3B 3B 1F 17 63 0C"))
    clock.advance_to(SECOND)
    assert make_frame("01 03 06 00 00 01 00 00 01") == tracer.receive(READ_TRACER)


def make_timer(initial_seconds: int = 1_600_000_000) -> tuple[SimulatedDevice, VirtualClock]:
    clock = VirtualClock(0)
    return irrigation.make_simulator(SimulatorSetup(clock=clock, initial_seconds=initial_seconds)), clock


SET_TIMER_1999_12_31_23_59 = bytes.fromhex("01 10 00 00 00 02 04 38 6D 43 44 5E 11")  # computed: 386D4344h
READ_TIMER = "01 03 00 00 00 02"


def test_the_timer_counts_over_1999_in_memory() -> None:
    timer, clock = make_timer()
    timer.receive(SET_TIMER_1999_12_31_23_59)
    assert make_frame("01 03 04 38 6D 43 44") == timer.receive(make_frame(READ_TIMER))
    clock.advance_to(60 * SECOND)
    assert make_frame("01 03 04 38 6D 43 80") == timer.receive(make_frame(READ_TIMER))


def test_the_timer_comes_back_from_1999_as_2095() -> None:
    """PaulStoffregen/DS1307RTC issue 5: the year less 2000 in an unsigned byte."""
    timer, clock = make_timer()
    timer.receive(SET_TIMER_1999_12_31_23_59)
    timer.power(False)
    clock.advance_to(10 * SECOND)
    timer.power(True)
    # 2095-12-31 23:59:10
    assert timer.device_seconds() == 3_976_214_350


def test_the_timer_comes_back_right_inside_its_chips_century() -> None:
    timer, clock = make_timer()
    timer.power(False)
    clock.advance_to(30 * SECOND)
    timer.power(True)
    assert timer.device_seconds() == 1_600_000_030


@pytest.mark.parametrize(("written", "taken"), [("5F 5E 10 3C", False), ("5F 5E 10 3D", True)])
def test_the_timer_takes_a_set_only_when_it_is_more_than_a_minute_off(written: str, taken: bool) -> None:
    """1,600,000,000 is 5F5E1000h; 60 seconds more are not enough, 61 are."""
    timer, _ = make_timer()
    assert make_frame("01 10 00 00 00 02") == timer.receive(make_frame(f"01 10 00 00 00 02 04 {written}"))
    expected = written if taken else "5F 5E 10 00"
    assert make_frame(f"01 03 04 {expected}") == timer.receive(make_frame(READ_TIMER))


def test_one_register_alone_mixes_with_the_running_count() -> None:
    timer, _ = make_timer()
    timer.receive(make_frame("01 06 00 00 38 6D"))
    assert make_frame("01 03 04 38 6D 10 00") == timer.receive(make_frame(READ_TIMER))


def test_the_timer_counts_past_2038_unsigned() -> None:
    timer, clock = make_timer(0x7FFF_FFFF)
    clock.advance_to(SECOND)
    assert make_frame("01 03 04 80 00 00 00") == timer.receive(make_frame(READ_TIMER))


RELAYS = "01 03 00 05 00 01"


def test_the_timer_s_relays_follow_the_word_of_their_quarter_of_an_hour() -> None:
    """Register 8 is 00:15 to 00:30, bit 11 relay a; the clock stands at 1999-12-31 23:59:00."""
    timer, clock = make_timer()
    timer.receive(SET_TIMER_1999_12_31_23_59)
    timer.receive(make_frame("01 10 00 08 00 01 02 08 00"))
    clock.advance_to((60 + 899) * SECOND)
    assert make_frame("01 03 02 00 00") == timer.receive(make_frame(RELAYS))
    clock.advance_to((60 + 900) * SECOND)
    assert make_frame("01 03 02 08 00") == timer.receive(make_frame(RELAYS))
    clock.advance_to((60 + 1800) * SECOND)
    assert make_frame("01 03 02 00 00") == timer.receive(make_frame(RELAYS))


def test_the_timer_leaves_a_relay_alone_that_is_taken_out_of_the_schedule() -> None:
    """Register 6, bit 11: relay a stays as it is written, whatever the schedule says."""
    timer, _ = make_timer()
    timer.receive(make_frame("01 10 00 06 00 01 02 08 00"))
    timer.receive(make_frame("01 10 00 05 00 01 02 08 00"))
    assert make_frame("01 03 02 08 00") == timer.receive(make_frame(RELAYS))


def test_the_timer_keeps_its_schedule_over_a_power_cut() -> None:
    timer, clock = make_timer()
    timer.receive(make_frame("01 10 00 08 00 01 02 18 00"))
    timer.power(False)
    clock.advance_to(10 * SECOND)
    timer.power(True)
    assert make_frame("01 03 02 18 00") == timer.receive(make_frame("01 03 00 08 00 01"))


def test_a_timer_that_passes_through_zero_flickers_for_forty_milliseconds() -> None:
    clock = VirtualClock(0)
    setup = SimulatorSetup(clock=clock, initial_seconds=AT_1999_12_31_23_59_00, bugs=("through-zero-while-set",))
    timer = irrigation.make_simulator(setup)
    clock.advance_to(SECOND)
    assert make_frame("01 03 02 00 00") == timer.receive(make_frame(RELAYS))
    timer.receive(make_frame("01 10 00 00 00 02 04 38 6D 53 44"))
    assert make_frame("01 03 02 18 00") == timer.receive(make_frame(RELAYS))
    clock.advance_to(SECOND + SECOND // 25)
    assert make_frame("01 03 02 00 00") == timer.receive(make_frame(RELAYS))
