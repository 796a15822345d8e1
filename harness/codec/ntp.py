"""Packets of a network time server that tells the time by itself (broadcast mode), after RFC 5905 and RFC 4330."""

from __future__ import annotations

from harness.calendar.gregorian import parse_iso

EPOCH_SECONDS = parse_iso("1900-01-01")
_ERA = 1 << 32
_VERSION = 4 << 3
_BROADCAST = 5
_NOT_SYNCHRONISED = 3 << 6
_STRATUM_PRIMARY, _KISS = 1, 0
_POLL_ONE_SECOND, _PRECISION_20 = 0, 0xEC  # a second between two packets; about a microsecond
_WRONG_BY = 10 * 86_400
"""How far an unsynchronised server of `unsound` is from the time."""


def packet(seconds: int, *, first: int = _VERSION | _BROADCAST, stratum: int = _STRATUM_PRIMARY) -> bytes:
    """Return a packet of 48 bytes that tells civil seconds; the era is not told, and the count of it wraps in 2036.

    Args:
        seconds: what it tells.
        first: leap indicator, version and mode.
        stratum: 1 for a server with a clock of its own, 0 for one that asks to be left alone.
    """
    stamp = ((seconds - EPOCH_SECONDS) % _ERA).to_bytes(4, "big") + bytes(4)
    head = bytes((first, stratum, _POLL_ONE_SECOND, _PRECISION_20)) + bytes(8) + b"GPS\0"
    return head + stamp + bytes(16) + stamp


def unsound(seconds: int, number: int) -> bytes:
    """Return a packet that a client must not take (RFC 4330, section 5), each kind in turn.

    They are: a server that is not synchronised and ten days wrong, a kiss-of-death that is as wrong, and the time 0.
    """
    wrong = seconds + _WRONG_BY
    kinds = (
        packet(wrong, first=_NOT_SYNCHRONISED | _VERSION | _BROADCAST),
        packet(wrong, stratum=_KISS),
        packet(seconds)[:40] + bytes(8),
    )
    return kinds[number % len(kinds)]
