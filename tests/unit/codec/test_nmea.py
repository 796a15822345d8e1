"""Sentences of a satellite receiver, against the ones that gpsd's users recorded and a hand-worked pair."""

from __future__ import annotations

import pytest

from harness.codec.nmea import MALFORMED_DATES, rmc, sentence, zda


def test_a_sentence_has_its_checksum_and_its_end() -> None:
    """NMEA 0183: the exclusive or of what stands between $ and *, in two hex digits."""
    assert sentence("GPZDA,235950.00,31,12,1999,00,00") == b"$GPZDA,235950.00,31,12,1999,00,00*67\r\n"


@pytest.mark.parametrize(
    ("seconds", "recommended", "dated"),
    [
        (
            946_684_790,
            b"$GPRMC,235950.00,A,4807.038,N,01131.000,E,000.0,000.0,311299,,,A*55\r\n",
            b"$GPZDA,235950.00,31,12,1999,00,00*67\r\n",
        ),
        (
            951_782_400,
            b"$GPRMC,000000.00,A,4807.038,N,01131.000,E,000.0,000.0,290200,,,A*55\r\n",
            b"$GPZDA,000000.00,29,02,2000,00,00*6D\r\n",
        ),
    ],
)
def test_both_sentences_tell_the_same_second(seconds: int, recommended: bytes, dated: bytes) -> None:
    assert rmc(seconds) == recommended
    assert zda(seconds) == dated


def test_a_malformed_date_stands_in_a_sentence_that_is_otherwise_sound() -> None:
    assert MALFORMED_DATES[0] == "2208-1"  # gpsd, april6_2019: a Telit HE910
    told = rmc(946_684_790, date="2208-1")
    body, _, check = told[1:-2].partition(b"*")
    rest = 0
    for octet in body:
        rest ^= octet
    assert body.split(b",")[9] == b"2208-1"
    assert int(check, 16) == rest
