"""Packets of network time, hand-worked from RFC 5905 (header, timestamps) and RFC 4330 (what a client must not take)."""

from __future__ import annotations

import pytest

from devices.simulation.ntp_ear import heed
from harness.codec.ntp import packet, unsound

Y2K = 946_684_800


def test_a_packet_tells_the_seconds_since_1900() -> None:
    """2000-01-01 is 3155673600 s after 1900-01-01: BC 17 C2 00."""
    told = packet(Y2K)
    assert len(told) == 48
    assert told[:4] == bytes.fromhex("25 01 00 EC")
    assert told[40:] == bytes.fromhex("BC 17 C2 00 00 00 00 00")


@pytest.mark.parametrize(
    ("seconds", "count"),
    [(2_085_978_495, "FF FF FF FF"), (2_085_978_497, "00 00 00 01"), (-2_208_988_799, "00 00 00 01")],
)
def test_the_count_begins_again_in_2036_and_tells_no_era(seconds: int, count: str) -> None:
    """RFC 5905: era 1 begins at 2036-02-07 06:28:16."""
    assert packet(seconds)[40:44] == bytes.fromhex(count)


@pytest.mark.parametrize("number", range(3))
def test_what_is_no_time_fails_one_check_of_the_client_each(number: int) -> None:
    told = unsound(Y2K, number)
    fails = [told[0] >> 6 == 3, told[1] == 0, told[40:] == bytes(8)]
    assert fails == [number == kind for kind in range(3)]


# --- the simulated client, in literal bytes -----------------------------------------------------------------------


def literal(first: str, stratum: str, stamp: str) -> bytes:
    return bytes.fromhex(first) + bytes.fromhex(stratum) + bytes(38) + bytes.fromhex(stamp)


@pytest.mark.parametrize(
    ("datagram", "seconds"),
    [
        (literal("25", "01", "BC 17 C2 00 00 00 00 00"), Y2K),
        (literal("25", "0F", "FF FF FF FF 00 00 00 00"), 2_085_978_495),
        (literal("25", "01", "00 00 00 00 00 00 00 01"), 2_085_978_496),
        (literal("E5", "01", "BC 17 C2 00 00 00 00 00"), None),
        (literal("24", "01", "BC 17 C2 00 00 00 00 00"), None),
        (literal("25", "00", "BC 17 C2 00 00 00 00 00"), None),
        (literal("25", "10", "BC 17 C2 00 00 00 00 00"), None),
        (literal("25", "01", "00 00 00 00 00 00 00 00"), None),
        (literal("25", "01", "BC 17 C2 00 00 00 00 00")[:-1], None),
    ],
)
def test_the_simulated_client_takes_what_rfc_4330_lets_it_take(datagram: bytes, seconds: int | None) -> None:
    assert heed(datagram) == seconds
