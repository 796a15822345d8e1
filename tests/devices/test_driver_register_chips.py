"""What the clock chips' drivers do beyond their register maps: waiting, asking again, and saying what is in doubt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from devices.registry import Registry
from harness.calendar.fields import CalendarFields
from harness.device.asks import I2cRead, I2cWrite, LinkAsk, Pause, Steps
from harness.errors import DeviceRefused, LinkError

Dialogue = Sequence[tuple[LinkAsk[Any], Any]]
Play = Callable[[Steps[Any], Dialogue], Any]

NEW_YEARS_EVE = CalendarFields(year=99, month=12, day=31, weekday=6, hour=23, minute=59, second=50)
NACK = DeviceRefused("F1", "chip 0x32: the chip did not acknowledge its address (F1)", raw=b"\xf1")


def make_driver(model: str, **options: Any) -> Any:
    return Registry().make_driver(model, {name.replace("_", "-"): given for name, given in options.items()})


def read(register: int, count: int, *, timing: bool = True) -> I2cRead:
    return I2cRead(pointer=bytes((register,)), count=count, timing=timing)


def write(register: int, octets: str) -> I2cWrite:
    return I2cWrite(pointer=bytes((register,)), data=bytes.fromhex(octets))


# --- MCP7940N -------------------------------------------------------------------------------------------------------


def test_a_running_mcp7940n_is_stopped_and_waited_for_before_it_is_set(play: Play) -> None:
    """The oscillator goes on for some cycles; a time written meanwhile could carry (NuttX mcp794xx.c)."""
    play(
        make_driver("rtc/mcp7940n").set_clock(NEW_YEARS_EVE),
        [
            (read(0, 7, timing=False), bytes.fromhex("A5 30 12 2B 05 06 24")),
            (read(0, 1, timing=False), b"\xa5"),
            (write(0, "25"), None),
            (read(3, 1, timing=False), b"\x2b"),
            (Pause(duration_ns=5_000_000), None),
            (read(3, 1, timing=False), b"\x0b"),
            (write(0, "50 59 23 2E 31 12 99"), None),
            (read(0, 1, timing=False), b"\x50"),
            (write(0, "D0"), None),
        ],
    )


def test_an_mcp7940n_that_does_not_stop_is_not_set(play: Play) -> None:
    dialogue: list[tuple[LinkAsk[Any], Any]] = [
        (read(0, 7, timing=False), bytes.fromhex("25 30 12 2B 05 06 24")),
        (read(0, 1, timing=False), b"\x25"),
    ]
    for _ in range(10):
        dialogue += [(read(3, 1, timing=False), b"\x2b"), (Pause(duration_ns=5_000_000), None)]
    with pytest.raises(LinkError) as error:
        play(make_driver("rtc/mcp7940n").set_clock(NEW_YEARS_EVE), dialogue)
    assert error.value.kind == "oscillator-runs-on"


def test_an_mcp7940n_that_falls_silent_once_it_is_stopped_is_in_doubt(play: Play) -> None:
    """Nothing of the date is in, and yet the clock stands: that is no refusal."""
    with pytest.raises(LinkError) as error:
        play(
            make_driver("rtc/mcp7940n").set_clock(NEW_YEARS_EVE),
            [
                (read(0, 7, timing=False), bytes.fromhex("A5 30 12 2B 05 06 24")),
                (read(0, 1, timing=False), b"\xa5"),
                (write(0, "25"), None),
                (read(3, 1, timing=False), NACK),
            ],
        )
    assert error.value.kind == "set-cut-short"


# --- RV-8803 --------------------------------------------------------------------------------------------------------


def test_a_reading_at_second_59_gives_way_to_one_that_has_left_it(play: Play) -> None:
    """The first may be torn: here its date has gone on and its seconds have not (Linux rtc-rv8803.c)."""
    sample = play(
        make_driver("rtc/rv-8803").read_clock(),
        [
            (read(0, 7), bytes.fromhex("59 59 23 20 31 12 99")),
            (read(0, 7), bytes.fromhex("00 00 00 40 01 01 00")),
            (read(0x0E, 1, timing=False), b"\x00"),
        ],
    )
    assert bytes.fromhex("00 00 00 40 01 01 00 00") == sample.raw
    assert (0, 1, 1) == (sample.fields.year, sample.fields.month, sample.fields.day)


def test_two_readings_at_second_59_leave_the_first(play: Play) -> None:
    sample = play(
        make_driver("rtc/rv-8803").read_clock(),
        [
            (read(0, 7), bytes.fromhex("59 59 23 20 31 12 99")),
            (read(0, 7), bytes.fromhex("59 59 23 20 31 12 99")),
            (read(0x0E, 1, timing=False), b"\x00"),
        ],
    )
    assert (99, 59) == (sample.fields.year, sample.fields.second)


def test_a_read_that_is_not_acknowledged_is_asked_again_at_most_three_times(play: Play) -> None:
    block = bytes.fromhex("10 59 23 20 31 12 99")
    play(
        make_driver("rtc/rv-8803").read_clock(),
        [
            (read(0, 7), NACK),
            (read(0, 7), NACK),
            (read(0, 7), NACK),
            (read(0, 7), block),
            (read(0x0E, 1, timing=False), b"\x00"),
        ],
    )
    with pytest.raises(DeviceRefused):
        play(make_driver("rtc/rv-8803").read_clock(), [(read(0, 7), NACK)] * 4)


def test_a_read_that_fails_on_the_line_is_not_asked_again(play: Play) -> None:
    with pytest.raises(LinkError):
        play(make_driver("rtc/rv-8803").read_clock(), [(read(0, 7), LinkError("no-reply", "silence"))])


def test_a_write_in_the_window_of_silence_is_unknown_and_not_refused(play: Play) -> None:
    """A refusal inside the range is a finding against the clock; this silence says nothing of the date."""
    with pytest.raises(LinkError) as error:
        play(
            make_driver("rtc/rv-8803").set_clock(
                CalendarFields(year=0, month=1, day=1, weekday=6, hour=0, minute=0, second=0)
            ),
            [(read(0x0F, 1, timing=False), b"\x00"), (write(0x0F, "01"), NACK)],
        )
    assert error.value.kind == "write-not-acknowledged"
    assert error.value.raw == b"\xf1"


def test_a_weekday_of_two_bits_is_said_and_not_chosen(play: Play) -> None:
    sample = play(
        make_driver("rtc/rv-8803").read_clock(),
        [(read(0, 7), bytes.fromhex("10 59 23 30 31 12 99")), (read(0x0E, 1, timing=False), b"\x00")],
    )
    assert sample.unreadable == "not-one-hot:weekday"


# --- what holds for all of them -------------------------------------------------------------------------------------


def test_a_refusal_of_the_first_write_is_a_refusal(play: Play) -> None:
    with pytest.raises(DeviceRefused):
        play(
            make_driver("rtc/pcf8523").set_clock(NEW_YEARS_EVE),
            [(read(0, 1, timing=False), b"\x00"), (read(0, 1, timing=False), b"\x00"), (write(0, "20"), NACK)],
        )


@pytest.mark.parametrize("fails_at", [3, 4, 5])
def test_a_refusal_after_the_first_write_leaves_the_time_in_doubt(play: Play, fails_at: int) -> None:
    """The stop bit is in; calling the date refused would hide a clock that stands."""
    dialogue: list[tuple[LinkAsk[Any], Any]] = [
        (read(0, 1, timing=False), b"\x00"),
        (read(0, 1, timing=False), b"\x00"),
        (write(0, "20"), None),
        (write(3, "50 59 23 31 06 12 99"), None),
        (read(0, 1, timing=False), b"\x20"),
        (write(0, "00"), None),
    ]
    dialogue = [*dialogue[:fails_at], (dialogue[fails_at][0], NACK)]
    with pytest.raises(LinkError) as error:
        play(make_driver("rtc/pcf8523").set_clock(NEW_YEARS_EVE), dialogue)
    assert error.value.kind == "set-cut-short"


def test_a_chip_found_stopped_is_not_told_to_stop_and_is_let_run(play: Play) -> None:
    play(
        make_driver("rtc/pcf8523").set_clock(NEW_YEARS_EVE),
        [
            (read(0, 1, timing=False), b"\x20"),
            (read(0, 1, timing=False), b"\x20"),
            (write(3, "50 59 23 31 06 12 99"), None),
            (read(0, 1, timing=False), b"\x20"),
            (write(0, "00"), None),
        ],
    )


def test_nothing_is_written_when_a_field_does_not_fit(play: Play) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        play(
            make_driver("rtc/ds3231").set_clock(
                CalendarFields(year=100, century_bit=1, month=1, day=1, weekday=6, hour=0, minute=0, second=0)
            ),
            [(read(0, 7, timing=False), bytes(7))],
        )


# --- century bits ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("meaning", "first", "last", "default"),
    [
        ("set-is-1900s", "1900-01-01 00:00:00", "2099-12-31 23:59:59", "2000-01-01 00:00:00"),
        ("set-is-2000s", "1900-01-01 00:00:00", "2099-12-31 23:59:59", "1900-01-01 00:00:00"),
        ("set-is-2100s", "2000-01-01 00:00:00", "2199-12-31 23:59:59", "2000-01-01 00:00:00"),
    ],
)
def test_a_hosts_convention_moves_the_range_and_the_default_date(
    meaning: str, first: str, last: str, default: str
) -> None:
    facts = make_driver("rtc/ds3231", century_bit=meaning).facts
    assert (first, last, default) == (facts.first, facts.last, facts.default_date)


def test_the_same_registers_lie_a_hundred_years_apart_for_two_hosts(play: Play) -> None:
    block = bytes.fromhex("00 00 00 07 01 81 00")
    instants = {}
    for meaning in ("set-is-1900s", "set-is-2000s", "set-is-2100s"):
        driver = make_driver("rtc/ds3231", century_bit=meaning)
        sample = play(driver.read_clock(), [(read(0, 7), block), (read(0x0F, 1, timing=False), b"\x00")])
        instants[meaning] = driver.facts.form.resolve(sample.fields)
    assert instants == {"set-is-1900s": -2_208_988_800, "set-is-2000s": 946_684_800, "set-is-2100s": 4_102_444_800}


def test_an_m41t62_counts_its_centuries_from_where_its_host_says() -> None:
    facts = make_driver("rtc/m41t62", century_zero="2000s").facts
    assert ("2000-01-01 00:00:00", "2399-12-31 23:59:59") == (facts.first, facts.last)


# --- RV-3028's Unix counter -----------------------------------------------------------------------------------------


def test_a_counter_caught_between_two_bytes_is_read_until_two_readings_agree(play: Play) -> None:
    """FF to 00 of the lowest byte: the first reading mixes both sides and would be 256 seconds wrong."""
    sample = play(
        make_driver("rtc/rv-3028-unix").read_clock(),
        [
            (read(0x1B, 4), bytes.fromhex("00 43 6D 38")),
            (read(0x1B, 4), bytes.fromhex("00 44 6D 38")),
            (read(0x1B, 4), bytes.fromhex("00 44 6D 38")),
            (read(0x0E, 1, timing=False), b"\x00"),
        ],
    )
    assert sample.fields.count == 0x386D4400


def test_a_counter_that_never_reads_twice_alike_is_no_reading(play: Play) -> None:
    dialogue = [(read(0x1B, 4), bytes((number, 0x43, 0x6D, 0x38))) for number in range(4)]
    with pytest.raises(LinkError) as error:
        play(make_driver("rtc/rv-3028-unix").read_clock(), dialogue)
    assert error.value.kind == "counter-unstable"


def test_the_counter_is_read_beside_the_calendar_and_the_calendar_beside_the_counter(play: Play) -> None:
    counter = [(read(0x1B, 4), bytes.fromhex("80 43 6D 38")), (read(0x1B, 4), bytes.fromhex("80 43 6D 38"))]
    assert play(make_driver("rtc/rv-3028").read_second_clock(), counter).fields.count == 946_684_800
    calendar = [
        (read(0x00, 7), bytes.fromhex("59 59 23 05 31 12 99")),
        (read(0x0E, 3, timing=False), bytes.fromhex("00 00 00")),
    ]
    sample = play(make_driver("rtc/rv-3028-unix").read_second_clock(), calendar)
    assert CalendarFields(year=99, month=12, day=31, weekday=5, hour=23, minute=59, second=59) == sample.fields


# --- PCF8583 --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("two_bits", "year"), [("00", 2000), ("40", 2001), ("80", 2002), ("C0", 1999)])
def test_the_two_bits_move_the_kept_year_on_by_less_than_four(play: Play, two_bits: str, year: int) -> None:
    block = bytes.fromhex("00 00 00 00 00") + bytes((int(two_bits, 16) | 0x01, 0xC1))
    sample = play(
        make_driver("rtc/pcf8583").read_clock(), [(read(0, 7), block), (read(0xC0, 2, timing=False), b"\x63\x13")]
    )
    assert year == sample.fields.year


@pytest.mark.parametrize("ram", ["00 00", "FF FF", "63 12", "64 13", "00 15"])
def test_ram_that_holds_no_year_is_said_and_left_alone(play: Play, ram: str) -> None:
    """Another owner's bytes must neither be read as a year nor be overwritten."""
    block, host = bytes.fromhex("00 00 00 00 00 01 C1"), bytes.fromhex(ram)
    sample = play(make_driver("rtc/pcf8583").read_clock(), [(read(0, 7), block), (read(0xC0, 2, timing=False), host)])
    assert (None, "not-kept:year") == (sample.fields.year, sample.unreadable)
    fields = CalendarFields(year=1999, month=12, day=31, weekday=5, hour=23, minute=59, second=50)
    with pytest.raises(ValueError, match="claim-ram"):
        play(
            make_driver("rtc/pcf8583").set_clock(fields),
            [(read(0, 7, timing=False), block), (read(0xC0, 2, timing=False), host)],
        )


def test_ram_is_written_where_the_bench_claims_it(play: Play) -> None:
    play(
        make_driver("rtc/pcf8583", claim_ram=True).set_clock(
            CalendarFields(year=2000, month=2, day=29, weekday=2, hour=0, minute=0, second=0)
        ),
        [
            (read(0, 7, timing=False), bytes.fromhex("08 50 00 00 00 01 C1")),
            (read(0xC0, 2, timing=False), bytes.fromhex("FF FF")),
            (read(0x3F, 1, timing=False), b"\x05"),
            (write(0, "88 00 00 00 00 29 42"), None),
            (write(0xC0, "00 14"), None),
            (write(0x3F, "1B"), None),
            (write(0, "08"), None),
        ],
    )


def test_a_masked_year_is_said(play: Play) -> None:
    """With the mask flag up the chip reads its year and weekday as 0."""
    sample = play(
        make_driver("rtc/pcf8583").read_clock(),
        [(read(0, 7), bytes.fromhex("08 00 00 00 00 01 01")), (read(0xC0, 2, timing=False), b"\x63\x13")],
    )
    assert (None, "masked:year") == (sample.fields.year, sample.unreadable)


# --- S-35390A -------------------------------------------------------------------------------------------------------


def test_an_s_35390a_that_was_reset_and_then_refuses_the_time_is_in_doubt(play: Play) -> None:
    with pytest.raises(LinkError) as error:
        play(
            make_driver("rtc/s-35390a").set_clock(
                CalendarFields(year=99, month=12, day=31, weekday=5, hour=23, minute=59, second=50)
            ),
            [
                (I2cRead(pointer=None, count=1, address_offset=0, timing=False), b"\x41"),
                (I2cWrite(pointer=b"", data=b"\xc0", address_offset=0), None),
                (I2cWrite(pointer=b"", data=bytes.fromhex("99 48 8C A0 C4 9A 0A"), address_offset=2), NACK),
            ],
        )
    assert error.value.kind == "set-cut-short"


def test_an_hour_that_is_not_on_the_dial_is_said_and_not_repaired(play: Play) -> None:
    """21h turned round, while status 1 says 12-hour mode, whose hours run from 0 to 11."""
    sample = play(
        make_driver("rtc/s-35390a").read_clock(),
        [
            (I2cRead(pointer=None, count=7, address_offset=2), bytes.fromhex("99 48 8C A0 84 9A 9A")),
            (I2cRead(pointer=None, count=1, address_offset=0, timing=False), b"\x00"),
        ],
    )
    assert (None, "not-twelve-hour:hour") == (sample.fields.hour, sample.unreadable)


def test_finding_an_s_35390a_asks_nothing(play: Play) -> None:
    """Status 1 forgets its flags when read, and status 2 is reset with the power: neither tells a chip from another."""
    assert () == play(make_driver("rtc/s-35390a").identify(), []).entries


# --- identity -------------------------------------------------------------------------------------------------------


def test_a_register_that_changes_by_itself_is_no_part_of_the_identity(play: Play) -> None:
    """Between a DS3231's control and its aging offset stands the status, whose flags come up at any time."""
    identity = play(make_driver("rtc/ds3231").identify(), [(read(0x0B, 6), bytes.fromhex("80 80 80 1C 8A FE"))])
    assert (("alarm-2", "808080"), ("control", "1c"), ("aging", "fe")) == identity.entries


def test_an_alarm_that_a_test_may_arm_is_no_part_of_the_identity(play: Play) -> None:
    """Or the chip would be taken for a stranger as soon as its alarm is armed. The other alarm stays."""
    identity = play(
        make_driver("rtc/ds3231", alarm="2").identify(),
        [(read(0x07, 10), bytes.fromhex("00 30 06 15 80 80 80 1C 8A FE"))],
    )
    assert (("alarm-1", "00300615"), ("control", "1c"), ("aging", "fe")) == identity.entries


def test_bits_that_hold_nothing_are_no_part_of_the_identity(play: Play) -> None:
    """Unused bits of a PCF8563's clock output and timer control read as those of the seconds, here 04 and 7F."""
    for octets in ("84 07", "FC FF"):
        identity = play(make_driver("rtc/pcf8563").identify(), [(read(0x0D, 2), bytes.fromhex(octets))])
        assert (("clock-out", "80"), ("timer", "03" if octets == "84 07" else "83")) == identity.entries
