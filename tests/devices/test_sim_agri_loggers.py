"""Campbell loggers, the light controller and the GPS receiver, in literal bytes."""

from __future__ import annotations

import pytest

from devices.agri.campbell_cr10x import sim as cr10x
from devices.agri.campbell_pakbus import sim as pakbus
from devices.agri.plant_lighting import sim as lighting
from devices.gps.nmea_receiver import sim as nmea
from devices.simulation.device import SimulatedDevice
from devices.simulation.serve import SpeaksUnasked
from devices.simulation.setup import SimulatorSetup
from harness.clock import VirtualClock
from tests.devices.sim_peers import SECOND, rtu

NOON_2009_06_15 = 1_245_067_200
AT_2004_11_15_15_14_41 = 1_100_531_681
AT_1999_12_31_23_59_00 = 946_684_740


# -- CR10X: CR23X manual 5-2 ------------------------------------------------------------------------------------------


def make_logger(seconds: int = AT_1999_12_31_23_59_00) -> tuple[SimulatedDevice, VirtualClock]:
    clock = VirtualClock(0)
    return cr10x.make_simulator(SimulatorSetup(clock=clock, initial_seconds=seconds)), clock


def test_the_logger_sleeps_until_a_carriage_return() -> None:
    logger, clock = make_logger()
    assert logger.receive(b"C") == b""
    assert logger.receive(b"\r") == b"\r\n*"
    clock.advance_to(41 * SECOND)
    assert logger.receive(b"C") == b""


def test_the_logger_tells_year_day_of_the_year_time_and_checksum() -> None:
    """2000-02-29 is day 60. The sum: echo, CR LF, text, and the letter before the digits; 1253 by hand."""
    logger, _ = make_logger(951_825_600)
    logger.receive(b"\r")
    text = b"C\r\nY:00 D0060 T12:00:00 C"
    assert sum(text) == 1253
    assert text + b"1253\r\n*" == logger.receive(b"C\r")


def test_the_logger_is_set_by_year_day_and_time_and_counts_over_the_century() -> None:
    logger, clock = make_logger(NOON_2009_06_15)
    logger.receive(b"\r")
    reply = logger.receive(b"99:365:23:59:59C\r")
    assert reply.startswith(b"99:365:23:59:59C\r\nY:99 D0365 T23:59:59 C")
    clock.advance_to(SECOND)
    assert logger.receive(b"C\r").startswith(b"C\r\nY:00 D0001 T00:00:00 C")
    assert [(0, 946_684_799)] == logger.recorder.sets


def test_the_logger_has_a_day_366_every_fourth_year_only() -> None:
    logger, clock = make_logger(NOON_2009_06_15)
    logger.receive(b"\r")
    assert b"Y:00 D0366 T23:59:59 C" in logger.receive(b"00:366:23:59:59C\r")
    clock.advance_to(SECOND)
    assert b"Y:01 D0001 T00:00:00 C" in logger.receive(b"C\r")
    assert b"Y:01 D0001 T00:00:00 C" in logger.receive(b"01:366:12:00:00C\r")
    assert len(logger.recorder.sets) == 1


def test_fewer_colons_set_less() -> None:
    logger, _ = make_logger()
    logger.receive(b"\r")
    assert b"Y:99 D0365 T01:02:03 C" in logger.receive(b"1:2:3C\r")
    assert b"Y:99 D0060 T01:02:03 C" in logger.receive(b"60:1:2:3C\r")


def test_an_unknown_character_brings_the_prompt_back() -> None:
    logger, _ = make_logger()
    logger.receive(b"\r")
    assert logger.receive(b"9z") == b"9\r\n*"
    assert logger.receive(b"C\r").startswith(b"C\r\nY:99 D0365")


# -- PakBus: BMP5 manual 2.3.2, 3.5, 4.5 -------------------------------------------------------------------------------

READ_CLOCK = bytes.fromhex("BD A0 01 4F FE 10 01 0F FE 17 17 00 00 00 00 00 00 00 00 00 00 B2 B3 BD")


def make_pakbus(seconds: int, **options: int) -> tuple[SimulatedDevice, VirtualClock]:
    clock = VirtualClock(0)
    named = {name.replace("_", "-"): chosen for name, chosen in options.items()}
    return pakbus.make_simulator(SimulatorSetup(clock=clock, initial_seconds=seconds, options=named)), clock


def signature(octets: bytes) -> int:
    """Reckon the signature as section 2.3.2 writes it, apart from the simulator's."""
    low, high = 0xAA, 0xAA
    for octet in octets:
        rotated = low * 2
        rotated = rotated - 256 + 1 if rotated > 255 else rotated
        low, high = (rotated + high + octet) % 256, low
    return high * 256 + low


@pytest.mark.parametrize(
    "packet",
    [
        "A0 01 4F FE 10 01 0F FE 17 17 00 00 00 00 00 00 00 00 00 00 B2 B3",
        "AF FE 00 01 1F FE 00 01 97 17 00 1B FA 2A 61 C8 00 00 00 04 FA",
        "A8 02 10 01 18 02 00 01 97 05 00 2A 72 73 0A 3B 02 33 80 8D 6D",
        "A0 01 98 02 10 01 08 02 17 05 00 00 FF FF F1 F0 00 00 00 00 0F F3",
    ],
)
def test_the_published_packets_have_signature_0(packet: str) -> None:
    octets = bytes.fromhex(packet)
    assert pakbus.signature_of(octets) == 0
    assert signature(octets) == 0
    assert octets[-2:] == pakbus.nullifier_of(octets[:-2])


def test_the_logger_tells_the_published_time() -> None:
    logger, _ = make_pakbus(AT_2004_11_15_15_14_41)
    reply = logger.receive(READ_CLOCK)
    assert bytes.fromhex("BD AF FE 00 01 1F FE 00 01 97 17 00 1B FA 2A 61 00 00 00 00") == reply[:20]
    assert signature(reply[1:-1]) == 0
    assert logger.recorder.sets == []


def step(seconds: str) -> bytes:
    packet = bytes.fromhex("A0 01 4F FE 10 01 0F FE 17 05 00 00" + seconds + "00 00 00 00")
    for _ in range(2):
        packet += bytes((-(signature(packet + b"\0") % 256) % 256,))
    quoted = packet.replace(b"\xbc", b"\xbc\xdc").replace(b"\xbd", b"\xbc\xdd")
    return b"\xbd" + quoted + b"\xbd"


def test_a_repeated_step_moves_the_clock_twice() -> None:
    """The manual warns of it: a set is relative, so a lost reply must not be answered by another request."""
    logger, _ = make_pakbus(AT_1999_12_31_23_59_00)
    logger.receive(step("00 00 0E 10"))
    logger.receive(step("00 00 0E 10"))
    assert [(0, 946_688_340), (0, 946_691_940)] == logger.recorder.sets


def test_a_step_is_answered_with_the_time_before_it_and_may_go_back() -> None:
    logger, _ = make_pakbus(AT_1999_12_31_23_59_00)
    reply = logger.receive(step("FF FF F1 F0"))
    assert bytes.fromhex("97 05 00 12 CE A5 C4") == reply[9:16]
    assert AT_1999_12_31_23_59_00 - 3600 == logger.device_seconds()


def test_the_count_turns_negative_in_2058() -> None:
    """2058-01-19 03:14:07 is the last of the signed seconds since 1990; then comes 1921-12-13 20:45:52."""
    logger, clock = make_pakbus(2_778_635_647)
    assert bytes.fromhex("7F FF FF FF") == logger.receive(READ_CLOCK)[12:16]
    clock.advance_to(SECOND)
    assert bytes.fromhex("80 00 00 00") == logger.receive(READ_CLOCK)[12:16]
    assert logger.device_seconds() == -1_516_331_648


def test_every_second_across_the_century_is_counted() -> None:
    logger, clock = make_pakbus(946_684_797)
    counts = []
    for second in range(6):
        clock.advance_to(second * SECOND)
        counts.append(int.from_bytes(logger.receive(READ_CLOCK)[12:16], "big"))
    assert [315_532_797, 315_532_798, 315_532_799, 315_532_800, 315_532_801, 315_532_802] == counts


def test_a_bad_signature_another_node_and_a_wrong_code_set_nothing() -> None:
    logger, _ = make_pakbus(AT_1999_12_31_23_59_00)
    assert logger.receive(step("00 00 0E 10").replace(b"\x0e", b"\x0f")) == b""
    assert make_pakbus(AT_1999_12_31_23_59_00, logger=2)[0].receive(READ_CLOCK) == b""
    guarded, _ = make_pakbus(AT_1999_12_31_23_59_00, security_code=1234)
    assert bytes.fromhex("97 05 01") == guarded.receive(step("00 00 0E 10"))[9:12]
    assert logger.recorder.sets == guarded.recorder.sets == []


def test_a_frame_may_come_in_pieces_after_rubbish() -> None:
    logger, _ = make_pakbus(AT_2004_11_15_15_14_41)
    assert logger.receive(b"\x00\x11" + READ_CLOCK[:9]) == b""
    assert logger.receive(READ_CLOCK[9:])[9:12] == bytes.fromhex("97 17 00")


# -- the light controller: chrapchp/PlantLEDLighting ------------------------------------------------------------------


def make_lights(seconds: int | None = NOON_2009_06_15) -> tuple[SimulatedDevice, VirtualClock]:
    clock = VirtualClock(0)
    return lighting.make_simulator(SimulatorSetup(clock=clock, initial_seconds=seconds)), clock


def test_the_light_controller_takes_the_low_word_first_and_shows_zeros() -> None:
    lights, clock = make_lights()
    lights.receive(rtu("01 10 00 26 00 02 04 43 44 38 6D"))
    assert [(0, AT_1999_12_31_23_59_00)] == lights.recorder.sets
    assert rtu("01 03 04 00 00 00 00") == lights.receive(rtu("01 03 00 26 00 02"))
    clock.advance_to(60 * SECOND)
    assert 946_684_800 == lights.device_seconds()


def test_the_other_word_order_is_another_time() -> None:
    """What a client that takes it for high word first would do to it: 2005-10-13."""
    lights, _ = make_lights()
    lights.receive(rtu("01 10 00 26 00 02 04 38 6D 43 44"))
    assert 1_128_544_365 == lights.device_seconds()


def test_a_time_whose_low_word_is_0_is_never_taken() -> None:
    """Zero means nothing to the firmware, and it looks at the low word alone."""
    lights, _ = make_lights()
    lights.receive(rtu("01 10 00 26 00 02 04 00 00 38 6D"))
    assert lights.recorder.sets == []
    assert NOON_2009_06_15 == lights.device_seconds()


def test_the_chip_takes_1999_for_2095_and_the_firmware_believes_it_in_five_minutes() -> None:
    lights, clock = make_lights()
    lights.receive(rtu("01 10 00 26 00 02 04 43 44 38 6D"))
    clock.advance_to(299 * SECOND)
    assert AT_1999_12_31_23_59_00 + 299 == lights.device_seconds()
    clock.advance_to(300 * SECOND)
    assert 3_976_214_640 == lights.device_seconds()  # 2096-01-01 00:04:00


def test_without_a_time_in_the_chip_it_begins_in_september_2001() -> None:
    lights, _ = make_lights(None)
    assert 1_000_188_000 == lights.device_seconds()


def test_a_schedule_is_written_in_one_place_and_shown_in_another() -> None:
    lights, _ = make_lights()
    assert rtu("01 03 04 46 50 00 00") == lights.receive(rtu("01 03 00 2C 00 02"))  # 05:00:00
    lights.receive(rtu("01 10 00 1E 00 02 04 54 60 00 00"))  # 06:00:00
    assert rtu("01 03 04 54 60 00 00") == lights.receive(rtu("01 03 00 2C 00 02"))
    assert rtu("01 03 04 00 00 00 00") == lights.receive(rtu("01 03 00 1E 00 02"))


# -- the GPS receiver: gpsd's readings of NMEA 0183 -------------------------------------------------------------------


def make_receiver(seconds: int, **options: int | bool) -> tuple[SimulatedDevice, VirtualClock]:
    clock = VirtualClock(0)
    named = {name.replace("_", "-"): chosen for name, chosen in options.items()}
    return nmea.make_simulator(SimulatorSetup(clock=clock, initial_seconds=seconds, options=named)), clock


def said_by(receiver: SimulatedDevice) -> bytes:
    assert isinstance(receiver, SpeaksUnasked)
    said, _ = receiver.unasked()
    return said


def test_the_receiver_says_the_published_sentences_once_a_second() -> None:
    receiver, clock = make_receiver(946_684_790)
    expected = (
        b"$GPRMC,235950.00,A,4807.038,N,01131.000,E,000.0,000.0,311299,,,A*55\r\n"
        b"$GPZDA,235950.00,31,12,1999,00,00*67\r\n"
    )
    assert expected == said_by(receiver)
    assert said_by(receiver) == b""
    clock.advance_to(10 * SECOND)
    assert b",010100," in said_by(receiver)


def test_what_the_receiver_is_sent_changes_nothing() -> None:
    receiver, _ = make_receiver(946_684_790)
    assert receiver.receive(b"$PSRF101,0*00\r\n") == b""
    assert b"235950.00" in said_by(receiver)


def test_ten_bits_of_weeks_bring_1999_back_in_2019() -> None:
    """GPS week 2048 began on 2019-04-07; real receivers said 22 August 1999 (gpsd, gp-320fw and april6_2019)."""
    receiver, clock = make_receiver(1_554_595_199, weeks_from=935_280_000)
    assert b"$GPZDA,235959.00,06,04,2019,00,00*" in said_by(receiver)
    clock.advance_to(SECOND)
    said = said_by(receiver)
    assert b",220899,,,A*" in said
    assert b"$GPZDA,000000.00,22,08,1999,00,00*" in said


def test_a_malformed_year_comes_once_after_the_jump() -> None:
    receiver, clock = make_receiver(1_554_595_199, weeks_from=935_280_000, malformed_year=True)
    said_by(receiver)
    clock.advance_to(SECOND)
    assert b",2208-1,,,A*" in said_by(receiver)
    clock.advance_to(2 * SECOND)
    assert b",220899,,,A*" in said_by(receiver)


def test_a_cold_boot_begins_with_void_dates_from_nowhere() -> None:
    receiver, clock = make_receiver(1_554_595_300, cold_boot=True)
    receiver.power(False)
    receiver.power(True)
    dates = []
    for second in range(1, 5):
        clock.advance_to(second * SECOND)
        dates.append(said_by(receiver).split(b",")[9])
    assert [b"161206", b"300910", b"250910", b"070419"] == dates
