"""How a simulated device hears a network time server that tells the time by itself, with the checks of RFC 4330.

Taken is a packet of 48 bytes in mode 5, from a server that is synchronised, of stratum 1 to 15, with a time. A count
with its highest bit set lies in 1968 to 2036, one without it in 2036 to 2104 (RFC 4330, section 3).
"""

from __future__ import annotations

_LENGTH = 48
_BROADCAST = 5
_ALARM = 3
_LAST_STRATUM = 15
_FROM_1900_TO_1970 = 2_208_988_800
_HIGHEST_BIT = 1 << 31


def heed(datagram: bytes) -> int | None:
    """Return the civil seconds a packet tells, None when it is not to be taken."""
    if len(datagram) != _LENGTH or datagram[0] & 0x07 != _BROADCAST or datagram[0] >> 6 == _ALARM:
        return None
    count = int.from_bytes(datagram[40:44], "big")
    if not 1 <= datagram[1] <= _LAST_STRATUM or not int.from_bytes(datagram[40:48], "big"):
        return None
    return count - _FROM_1900_TO_1970 + (0 if count & _HIGHEST_BIT else 1 << 32)
