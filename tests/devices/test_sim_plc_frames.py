"""Controllers on lines and sockets of their own, in literal frames.

Vectors are the maker's, or hand-worked from the maker's frame and sum rules; none was made by this project's encoders.
"""

from __future__ import annotations

import pytest

from devices.plc.allen_bradley_micrologix import sim as micrologix
from devices.plc.allen_bradley_slc import sim as slc
from devices.plc.mitsubishi_fx import sim as fx
from devices.plc.mitsubishi_mc_1e import sim as mc_1e
from devices.plc.omron_fins import sim as fins
from devices.plc.omron_host_link import sim as host_link
from devices.plc.panasonic_fp import sim as panasonic
from devices.plc.siemens_logo_0ba6 import sim as logo
from devices.plc.siemens_s7_300 import sim as s7
from devices.plc.toyopuc import sim as toyopuc
from devices.simulation.df1 import bcc, crc16
from devices.simulation.setup import SimulatorSetup
from devices.simulation.stream_server import StreamServer
from harness.clock import VirtualClock
from tests.devices.sim_peers import (
    S7_CONNECT,
    S7_READ,
    S7_SETUP,
    SECOND,
    read_df1,
    read_fins,
    read_fx,
    read_host_link,
    read_logo,
    read_mc_1e,
    read_panasonic,
    read_s7,
    read_toyopuc,
)

NOON_2009_06_15 = 1_245_067_200  # a Monday
FRIDAY_1999_12_31_23_59_50 = 946_684_790


def setup(clock: VirtualClock | None = None, **options: int | str | bool) -> SimulatorSetup:
    named = {name.replace("_", "-"): chosen for name, chosen in options.items()}
    return SimulatorSetup(clock=clock or VirtualClock(0), initial_seconds=NOON_2009_06_15, options=named)


# -- Omron Host Link: C200HX manual 3-5-9, C200HS manual 11-3; sums worked by hand ---------------------------------


def test_host_link_is_stopped_written_and_set() -> None:
    clock = VirtualClock(0)
    device = host_link.make_simulator(setup(clock))
    assert b"@00WJ005D*\r" == device.receive(b"@00WJ002140005A*\r")
    clock.advance_to(3 * SECOND)
    assert NOON_2009_06_15 == device.device_seconds()  # stopped
    assert b"@00WJ005D*\r" == device.receive(b"@00WJ00185950312399125D*\r")
    assert device.recorder.sets == []
    assert b"@00WJ005D*\r" == device.receive(b"@00WJ0021C00528*\r")
    assert [(3 * SECOND, FRIDAY_1999_12_31_23_59_50)] == device.recorder.sets
    assert b"@00RJ00595031239912000554*\r" == device.receive(b"@00RJ0018000455*\r")
    clock.advance_to(13 * SECOND)
    assert (0, 1, 1, 0, 0, 0, 6) == read_host_link(device)


def test_host_link_words_of_a_running_clock_are_overwritten() -> None:
    device = host_link.make_simulator(setup())
    assert b"@00WJ005D*\r" == device.receive(b"@00WJ00185950312399125D*\r")
    assert (9, 6, 15, 12, 0, 0, 1) == read_host_link(device)
    assert device.recorder.sets == []


def test_host_link_tells_bad_sums_unknown_codes_and_words_that_are_not_there() -> None:
    device = host_link.make_simulator(setup())
    assert b"@00RJ13" == device.receive(b"@00RJ0018000400*\r")[:7]
    assert b"@00IC4A*\r" == device.receive(b"@00ZZ40*\r")
    assert b"@00RJ15" == device.receive(b"@00RJ0027000459*\r")[:7]
    assert device.receive(b"@01RJ0018000454*\r") == b""


def test_host_link_reads_data_memory_by_the_manuals_example() -> None:
    device = host_link.make_simulator(setup())
    assert b"@00RD00000056*\r" == device.receive(b"@00RD0000000157*\r")


def test_host_link_refuses_a_write_in_run_mode() -> None:
    device = host_link.make_simulator(setup(mode="run"))
    assert b"@00WJ01" == device.receive(b"@00WJ002140005A*\r")[:7]


def test_host_link_invalid_bcd_leaves_the_clock_as_it_is() -> None:
    device = host_link.make_simulator(setup())
    device.receive(b"@00WJ002140005A*\r")
    body = b"@00WJ00185A5031239912"
    check = 0
    for character in body:
        check ^= character
    device.receive(body + b"%02X*\r" % check)
    device.receive(b"@00WJ0021C00528*\r")
    assert device.recorder.sets == []


def test_a_line_may_come_byte_by_byte_and_with_rubbish_before_it() -> None:
    device = host_link.make_simulator(setup())
    replies = [device.receive(bytes((octet,))) for octet in b"\x00xy@00RJ001700055B*\r"]
    assert replies[:-1] == [b""] * (len(replies) - 1)
    assert replies[-1].startswith(b"@00RJ00")


# -- Omron FINS: frames of icsnpp-omron-fins' capture ----------------------------------------------------------------

FINS_WRITE_2009_01_20 = bytes.fromhex("80 00 02 00 00 00 00 00 00 7A 07 02 09 01 20 01 02 01 03")


def test_fins_takes_the_captured_write_and_answers_the_captured_read() -> None:
    """The reply's first byte is C0 by the manual (a response, from a bridge, wanted); the capture has C1."""
    device = fins.make_simulator(setup())
    assert bytes.fromhex("C0 00 02 00 00 00 00 00 00 7A 07 02 00 00") == device.receive(FINS_WRITE_2009_01_20)
    expected = bytes.fromhex("C0 00 02 00 00 00 00 00 00 7A 07 01 00 00 09 01 20 01 02 01 03")
    assert expected == device.receive(bytes.fromhex("80 00 02 00 00 00 00 00 00 7A 07 01"))


def test_fins_stores_the_weekday_unchecked_and_counts_it_on() -> None:
    """20 January 2009 was a Tuesday; the frame says 3."""
    clock = VirtualClock(0)
    device = fins.make_simulator(setup(clock))
    device.receive(FINS_WRITE_2009_01_20)
    clock.advance_to(86_400 * SECOND)
    assert (9, 1, 21, 1, 2, 1, 4) == read_fins(device)


def test_fins_without_second_and_weekday_takes_0_and_keeps_the_weekday() -> None:
    device = fins.make_simulator(setup())
    device.receive(bytes.fromhex("80 00 02 00 00 00 00 00 00 7A 07 02 99 12 31 23 59"))
    assert (99, 12, 31, 23, 59, 0, 1) == read_fins(device)


@pytest.mark.parametrize(
    ("data", "end_code"),
    [
        ("99 12 31 23", "10 02"),
        ("99 12 31 23 59 00 05 00", "10 01"),
        ("99 13 31 23 59 00 05", "11 0C"),
        ("9A 12 31 23 59", "11 0C"),
    ],
)
def test_fins_refuses_what_is_no_time(data: str, end_code: str) -> None:
    device = fins.make_simulator(setup())
    reply = device.receive(bytes.fromhex("80 00 02 00 00 00 00 00 00 7A 07 02 " + data))
    assert bytes.fromhex(end_code) == reply[-2:]
    assert device.recorder.sets == []


def test_fins_without_a_clock_cassette_reads_zeros_and_ignores_the_set() -> None:
    device = fins.make_simulator(setup(clock_cassette=False))
    assert bytes.fromhex("07 02 00 00") == device.receive(FINS_WRITE_2009_01_20)[-4:]
    assert (0, 0, 0, 0, 0, 0, 0) == read_fins(device)
    assert device.device_seconds() is None


def test_fins_over_tcp_agrees_on_nodes_first() -> None:
    device = fins.make_simulator(setup(destination_node=1))
    hello = bytes.fromhex("46494E53 0000000C 00000000 00000000 00000000")
    assert bytes.fromhex("46494E53 00000010 00000001 00000000 000000EF 00000001") == device.receive(hello)
    framed = bytes.fromhex("46494E53 00000014 00000002 00000000 80 00 02 00 01 00 00 EF 00 7A 07 01")
    reply = device.receive(framed[:20]) + device.receive(framed[20:])
    assert bytes.fromhex("46494E53 0000001D 00000002 00000000 C0 00 02 00 EF 00 00 01 00 7A 07 01 00 00") == reply[:30]
    assert bytes.fromhex("09 06 15 12 00 00 01") == reply[30:]


# -- Mitsubishi FX: KrystianD/fxplc frames; sums worked by hand -------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "year"),
    [
        (b"\x0210E1A0E32003B0017001F000C00CF070500\x0351", 1999),
        (b"\x0210E1A0E32003B0017001F000C0063000500\x032A", 99),
    ],
)
def test_fx_takes_both_forms_of_the_year(frame: bytes, year: int) -> None:
    clock = VirtualClock(0)
    device = fx.make_simulator(setup(clock))
    assert device.receive(frame) == b"\x06"
    assert (year, 12, 31, 23, 59, 50, 5) == read_fx(device)
    assert FRIDAY_1999_12_31_23_59_50 == device.device_seconds()
    clock.advance_to(10 * SECOND)
    assert ((2000 if year > 99 else 0), 1, 1, 0, 0, 0, 6) == read_fx(device)


def test_fx_answers_enq_reads_d100_and_refuses_a_wrong_sum() -> None:
    device = fx.make_simulator(setup())
    assert device.receive(b"\x05") == b"\x06"
    assert device.receive(b"\x02010C802\x0371") == b"\x020000\x03C3"
    assert device.receive(b"\x02010C802\x0370") == b"\x15"
    assert device.receive(b"\x0200E1B0E\x0390") == b"\x15"  # half a register


def test_fx_stopped_by_m8015_takes_the_time_when_it_falls() -> None:
    clock = VirtualClock(0)
    device = fx.make_simulator(setup(clock))
    assert device.receive(b"\x0270F0F\x0326") == b"\x06"
    device.receive(b"\x0210E1A0E32003B0017001F000C00CF070500\x0351")
    clock.advance_to(5 * SECOND)
    assert device.recorder.sets == []
    assert device.receive(b"\x0280F0F\x0327") == b"\x06"
    assert [(5 * SECOND, FRIDAY_1999_12_31_23_59_50)] == device.recorder.sets


def test_fx_ignores_month_13() -> None:
    device = fx.make_simulator(setup())
    body = b"10E1A0E32003B0017001F000D00CF070500\x03"
    device.receive(b"\x02" + body + b"%02X" % (sum(body) % 256))
    assert (2009, 6, 15, 12, 0, 0, 1) == read_fx(device)


def test_mc_1e_writes_seven_words_and_refuses_registers_that_are_not_there() -> None:
    clock = VirtualClock(0)
    device = mc_1e.make_simulator(setup(clock))
    written = "03 FF 0A 00 4D 1F 00 00 20 44 07 00 32 00 3B 00 17 00 1F 00 0C 00 CF 07 05 00"
    assert device.receive(bytes.fromhex(written)) == b"\x83\x00"
    clock.advance_to(10 * SECOND)
    assert (2000, 1, 1, 0, 0, 0, 6) == read_mc_1e(device)
    assert device.receive(bytes.fromhex("01 FF 0A 00 00 30 00 00 20 44 01 00")) == b"\x81\x5b\x10"


# -- Allen-Bradley DF1: 1770-RM516 p.5-4 and 5-7 ----------------------------------------------------------------------

SET_SLC_1999 = bytes.fromhex(
    "10 02 01 00 0F 00 35 12 AA 0C 02 84 25 00 CF 07 0C 00 1F 00 17 00 3B 00 00 00 10 03 C2 75"
)


def test_the_makers_sums_come_out() -> None:
    official = bytes.fromhex("07 11 41 00 53 B9") + bytes(12)
    assert bytes.fromhex("6B 4C") == crc16(official + b"\x03")
    assert b"\x9b" == bcc(official)


def test_df1_takes_the_set_and_crosses_the_century() -> None:
    clock = VirtualClock(0)
    device = slc.make_simulator(setup(clock))
    reply = device.receive(SET_SLC_1999)
    assert bytes.fromhex("10 06 10 02 00 01 4F 00 35 12 10 03") == reply[:12]
    assert crc16(bytes.fromhex("00 01 4F 00 35 12 03")) == reply[12:]
    assert (1999, 12, 31, 23, 59, 0) == read_df1(device)
    clock.advance_to(60 * SECOND)
    assert (2000, 1, 1, 0, 0, 0) == read_df1(device)


def test_df1_with_bcc_reads_the_published_frame() -> None:
    device = slc.make_simulator(setup(check="bcc"))
    reply = device.receive(bytes.fromhex("10 02 01 00 0F 00 34 12 A2 0C 02 84 25 00 10 03 51"))
    assert bytes.fromhex("10 06 10 02 00 01 4F 00 34 12 D9 07 06 00 0F 00 0C 00 00 00 00 00 10 03") == reply[:-1]
    assert bcc(reply[4:-3]) == reply[-1:]


def test_df1_answers_a_wrong_crc_with_nak_and_says_so_again() -> None:
    device = slc.make_simulator(setup())
    assert device.receive(SET_SLC_1999[:-1] + b"\x00") == b"\x10\x15"
    assert device.receive(b"\x10\x05") == b"\x10\x15"
    assert device.recorder.sets == []


def test_df1_sends_its_last_reply_again_when_it_is_refused() -> None:
    device = slc.make_simulator(setup())
    reply = device.receive(SET_SLC_1999)
    assert reply[2:] == device.receive(b"\x10\x15")
    assert len(device.recorder.sets) == 1


def test_df1_doubles_dle_in_data() -> None:
    """At 16 seconds past, the seconds word is 10h: it must come doubled, and count once in the sum."""
    clock = VirtualClock(0)
    device = slc.make_simulator(setup(clock))
    clock.advance_to(16 * SECOND)
    reply = device.receive(bytes.fromhex("10 02 01 00 0F 00 34 12 A2 0C 02 84 25 00 10 03 57 7D"))
    assert bytes.fromhex("10 10 00 10 03") == reply[-7:-2]
    assert (2009, 6, 15, 12, 0, 16) == read_df1(device)


def test_six_zeros_disable_the_clock_and_a_set_wakes_it() -> None:
    clock = VirtualClock(0)
    device = slc.make_simulator(setup(clock))
    message = bytes.fromhex("01 00 0F 00 36 12 AA 0C 02 84 25 00") + bytes(12)
    device.receive(b"\x10\x02" + message + b"\x10\x03" + crc16(message + b"\x03"))
    clock.advance_to(5 * SECOND)
    assert (0, 0, 0, 0, 0, 0) == read_df1(device)
    assert device.device_seconds() is None
    device.receive(SET_SLC_1999)
    clock.advance_to(6 * SECOND)
    assert (1999, 12, 31, 23, 59, 1) == read_df1(device)


RTC_READ = bytes.fromhex("10 02 01 00 0F 00 34 12 A2 0E 00 E4 00 00 10 03 20 94")


def set_rtc(words: str) -> bytes:
    message = bytes.fromhex("01 00 0F 00 36 12 AA 0E 00 E4 00 00" + words)
    return b"\x10\x02" + message + b"\x10\x03" + crc16(message + b"\x03")


def test_the_micrologix_keeps_its_clock_in_the_function_file() -> None:
    """1762-RM001C, 3-3: year, month, day, hour, minute, second, day of week; here a Monday."""
    device = micrologix.make_simulator(setup())
    reply = device.receive(RTC_READ)
    assert bytes.fromhex("10 06 10 02 00 01 4F 00 34 12 D9 07 06 00 0F 00 0C 00 00 00 00 00 01 00 10 03") == reply[:-2]


def test_the_micrologix_has_zeros_where_an_slc_has_its_clock() -> None:
    """Pycomm issue 69: S:37 and on result in 0."""
    assert (0, 0, 0, 0, 0, 0) == read_df1(micrologix.make_simulator(setup()))


@pytest.mark.parametrize(
    "words",
    [
        "CD 07 0C 00 1F 00 17 00 3B 00 00 00 05 00",  # 1997
        "32 08 01 00 01 00 00 00 00 00 00 00 03 00",  # 2098
        "CF 07 02 00 1D 00 00 00 00 00 00 00 01 00",  # 1999-02-29
        "CF 07 0C 00 1F 00 17 00 3B 00 00 00 07 00",  # no day of the week
    ],
)
def test_the_micrologix_refuses_what_its_clock_cannot_hold(words: str) -> None:
    device = micrologix.make_simulator(setup())
    assert device.receive(set_rtc(words))[7] != 0
    assert NOON_2009_06_15 == device.device_seconds()
    assert device.recorder.sets == []


def test_the_micrologix_takes_its_words_only_together() -> None:
    device = micrologix.make_simulator(setup())
    message = bytes.fromhex("01 00 0F 00 36 12 AA 02 00 E4 00 00 CF 07")
    assert device.receive(b"\x10\x02" + message + b"\x10\x03" + crc16(message + b"\x03"))[7] != 0
    assert NOON_2009_06_15 == device.device_seconds()


def test_a_repeated_message_is_dropped_only_where_that_is_configured() -> None:
    sound, strict = slc.make_simulator(setup()), slc.make_simulator(setup(duplicate_detection=True))
    for device in (sound, strict):
        device.receive(SET_SLC_1999)
    assert len(sound.receive(SET_SLC_1999)) > 2
    assert strict.receive(SET_SLC_1999) == b"\x10\x06"
    assert (2, 1) == (len(sound.recorder.sets), len(strict.recorder.sets))


# -- Siemens S7: snap7's PDUs -----------------------------------------------------------------------------------------

SET_S7_1999 = bytes.fromhex(
    "03 00 00 27 02 F0 80 32 07 00 00 00 02 00 08 00 0E 00 01 12 04 11 47 02 00 FF 09 00 0A 00 19 99 12 31 23 59 00 00 06"
)


def test_the_s7_confirms_a_connection_and_agrees_on_a_length() -> None:
    device = s7.make_simulator(setup())
    assert bytes.fromhex("03 00 00 16 11 D0 00 01 00 01 00 C0 01 0A C1 02 01 00 C2 02 01 02") == device.receive(
        S7_CONNECT
    )
    expected = bytes.fromhex("03 00 00 1B 02 F0 80 32 03 00 00 00 01 00 08 00 00 00 00 F0 00 00 01 00 01 00 F0")
    assert expected == device.receive(S7_SETUP)


def test_the_s7_takes_the_published_set_and_acknowledges_without_data() -> None:
    clock = VirtualClock(0)
    device = s7.make_simulator(setup(clock))
    read_s7(device)
    reply = device.receive(SET_S7_1999)
    assert bytes.fromhex("00 01 12 08 12 87 02 00 00 00 00 00 0A 00 00 00") == reply[-16:]
    clock.advance_to(60 * SECOND)
    assert (0, 1, 1, 0, 0, 0, 7) == read_s7(device)


def test_the_s7_tells_2000_02_29_as_published() -> None:
    device = s7.make_simulator(SimulatorSetup(clock=VirtualClock(0), initial_seconds=951_825_600))
    read_s7(device)
    expected = "87 01 00 00 00 00 00 FF 09 00 0A 00 20 00 02 29 12 00 00 00 03"
    assert bytes.fromhex(expected) == device.receive(S7_READ)[-21:]


@pytest.mark.parametrize("spoilt", [(30, 0x20), (32, 0x13), (36, 0x6A), (38, 0x08)])
def test_the_s7_refuses_a_wrong_mark_month_digit_or_weekday(spoilt: tuple[int, int]) -> None:
    device = s7.make_simulator(setup())
    read_s7(device)
    frame = bytearray(SET_S7_1999)
    frame[spoilt[0]] = spoilt[1]
    assert bytes.fromhex("81 04 0A 00 00 00") == device.receive(bytes(frame))[-6:]
    assert device.recorder.sets == []


def test_an_s7_1200_has_no_clock_service() -> None:
    """Error 8104h: S7NetPlus issue 522."""
    device = s7.make_simulator(setup(cpu="s7-1200"))
    device.receive(S7_CONNECT)
    device.receive(S7_SETUP)
    assert bytes.fromhex("81 04 0A 00 00 00") == device.receive(S7_READ)[-6:]


def test_the_s7_is_silent_before_a_connection_is_agreed() -> None:
    device = s7.make_simulator(setup())
    assert device.receive(S7_READ) == b""
    device.receive(S7_CONNECT)
    assert device.receive(S7_READ) == b""


def test_each_s7_connection_is_agreed_by_itself_and_forgotten_at_a_restart() -> None:
    device = s7.make_simulator(setup())
    assert isinstance(device, StreamServer)
    one, other = device.connect(), device.connect()
    one(S7_CONNECT)
    one(S7_SETUP)
    assert len(one(S7_READ)) == 43
    assert other(S7_READ) == b""
    device.power(False)
    device.power(True)
    assert one(S7_READ) == b""


# -- Siemens LOGO!: brickpool/logo's protocol guide -------------------------------------------------------------------


def test_the_logo_is_set_by_six_bytes_and_a_commit() -> None:
    """The guide's example: Wednesday 2009-12-30 20:28."""
    clock = VirtualClock(0)
    device = logo.make_simulator(setup(clock))
    for place, octet in enumerate(("1E", "0C", "09", "1C", "14", "03")):
        assert device.receive(bytes.fromhex(f"01 00 FF FB {place:02X} {octet}")) == b"\x06"
    assert NOON_2009_06_15 == device.device_seconds()
    assert device.receive(bytes.fromhex("01 00 FF 43 00 00")) == b"\x06"
    assert 1_262_204_880 == device.device_seconds()
    clock.advance_to(60 * SECOND)
    assert (9, 12, 30, 20, 29, 0, 3) == read_logo(device)


def test_the_logo_shows_what_was_latched_until_it_is_latched_again() -> None:
    clock = VirtualClock(0)
    device = logo.make_simulator(setup(clock))
    read_logo(device)
    clock.advance_to(120 * SECOND)
    assert device.receive(bytes.fromhex("02 00 FF FB 03")) == bytes.fromhex("06 03 00 FF FB 03 00")
    assert read_logo(device)[4] == 2


def test_the_logo_in_run_refuses_until_it_is_stopped() -> None:
    device = logo.make_simulator(setup(starts_in="run"))
    assert device.receive(bytes.fromhex("55 17 17 AA")) == b"\x06\x01"
    assert device.receive(bytes.fromhex("01 00 FF 44 00 00")) == b"\x15\x07"
    assert device.receive(bytes.fromhex("55 12 12 AA")) == b"\x06"
    assert device.receive(bytes.fromhex("55 17 17 AA")) == b"\x06\x42"
    assert read_logo(device)[:3] == (9, 6, 15)
    assert device.receive(bytes.fromhex("55 18 18 AA")) == b"\x06"
    assert device.receive(bytes.fromhex("02 00 FF FB 00")) == b"\x15\x07"


# -- Panasonic FP: Panasonic's infohub; framing believed --------------------------------------------------------------


def test_the_fp_takes_the_words_when_8000h_is_written() -> None:
    clock = VirtualClock(0)
    device = panasonic.make_simulator(setup(clock))
    # 59 min 50 s = 5950h, day 31 hour 23 = 3123h, year 99 month 12 = 9912h, weekday 5; low byte first
    written = device.receive(b"%01#WDD09054090575059233112990500**\r")
    assert written == b"%01$WD13\r"
    assert device.recorder.sets == []
    assert device.receive(b"%01#WDD09058090580080**\r") == b"%01$WD13\r"
    assert [(0, FRIDAY_1999_12_31_23_59_50)] == device.recorder.sets
    clock.advance_to(10 * SECOND)
    assert (0, 1, 1, 0, 0, 0, 6) == read_panasonic(device)


def test_the_fp_refuses_a_wrong_check_and_registers_that_are_not_there() -> None:
    device = panasonic.make_simulator(setup())
    assert device.receive(b"%01#RDD090540905700\r")[:6] == b"%01!40"
    assert device.receive(b"%01#RDD0805408058**\r")[:6] == b"%01!61"
    assert device.receive(b"%01#XX**\r")[:6] == b"%01!42"
    assert device.receive(b"%02#RT**\r") == b""


# -- Toyopuc: the toyopuc Python project ------------------------------------------------------------------------------


def test_the_toyopuc_is_set_and_crosses_the_century_as_published() -> None:
    clock = VirtualClock(0)
    device = toyopuc.make_simulator(setup(clock))
    written = bytes.fromhex("00 00 0A 00 32 71 00 59 59 23 31 12 99 05")
    assert bytes.fromhex("80 00 03 00 32 71 00") == device.receive(written)
    clock.advance_to(SECOND)
    expected = bytes.fromhex("80 00 0A 00 32 70 00 00 00 00 01 01 00 06")
    assert expected == device.receive(bytes.fromhex("00 00 03 00 32 70 00"))


def test_the_odd_toyopuc_shows_month_and_year_0() -> None:
    """04 17 06 12 00 00 04 was read on one CPU: 06:17:04 on the 12th, and no more of the date. A Thursday."""
    device = toyopuc.make_simulator(
        SimulatorSetup(clock=VirtualClock(0), initial_seconds=1_770_877_024, options={"blank-month-and-year": True})
    )
    expected = bytes.fromhex("80 00 0A 00 32 70 00 04 17 06 12 00 00 04")
    assert expected == device.receive(bytes.fromhex("00 00 03 00 32 70 00"))
    assert (0, 0, 12, 6, 17, 4, 4) == read_toyopuc(device)


@pytest.mark.parametrize("octets", ["59 59 23 31 13 99 05", "60 59 23 31 12 99 05", "59 59 23 31 12 9A 05", "59 59 23"])
def test_the_toyopuc_refuses_what_is_no_time(octets: str) -> None:
    content = bytes.fromhex("32 71 00" + octets)
    device = toyopuc.make_simulator(setup())
    reply = device.receive(bytes((0, 0, len(content), 0)) + content)
    assert reply[:2] == b"\x80\x10"
    assert device.recorder.sets == []
