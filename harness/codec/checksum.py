"""Checksums of the protocols the bench speaks, each by its usual name. Every one returns a number; framing is the driver's.

The byte order on the wire is each protocol's own and is said here, because it is what gets mixed up.
"""

from __future__ import annotations

_CRC16_POLYNOMIAL = 0xA001  # x16 + x15 + x2 + 1, bits reversed
_CCITT_POLYNOMIAL = 0x1021
_DF1_ETX = 0x03


def _crc16(block: bytes, start: int) -> int:
    crc = start
    for byte in block:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (_CRC16_POLYNOMIAL if crc & 1 else 0)
    return crc


def crc16_modbus(block: bytes) -> int:
    """Return the CRC of a Modbus RTU frame; sent low byte first (Modbus over serial line V1.02, 6.2.2)."""
    return _crc16(block, 0xFFFF)


def crc16_df1(application: bytes) -> int:
    """Return the CRC of a DF1 frame; sent low byte first.

    Args:
        application: the bytes between DLE STX and DLE ETX with doubled DLEs made single; the ETX that the sum also
            covers is added here (1770-RM516, 5-7).
    """
    return _crc16(application + bytes((_DF1_ETX,)), 0)


def ccitt_davis(block: bytes) -> int:
    """Return the CCITT sum of a Davis block; sent **high** byte first, so that over block and sum it is 0."""
    crc = 0
    for byte in block:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ (_CCITT_POLYNOMIAL if crc & 0x8000 else 0)) & 0xFFFF
    return crc


def pakbus_signature(block: bytes, start: int = 0xAAAA) -> int:
    """Return the Campbell signature of a block; 0 over a PakBus packet that ends in its nullifier (BMP5, 2.3.2)."""
    signature = start
    for byte in block:
        turned = signature << 1 & 0x1FF
        if turned > 0xFF:  # noqa: PLR2004 - the bit that fell out comes in again below
            turned += 1
        signature = (turned + (signature >> 8) + byte & 0xFF) | (signature & 0xFF) << 8
    return signature


def pakbus_nullifier(block: bytes) -> bytes:
    """Return the two bytes that bring the signature of ``block`` to 0, in the order they are sent."""
    first = -_carried(pakbus_signature(block)) & 0xFF
    second = -_carried(pakbus_signature(block + bytes((first,)))) & 0xFF
    return bytes((first, second))


def _carried(signature: int) -> int:
    """Return what the next byte is added to: the signature's low byte after a byte of 0."""
    return pakbus_signature(b"\x00", signature) & 0xFF


def host_link_fcs(text: bytes) -> int:
    """Return the frame check sequence of an Omron Host Link frame: XOR from ``@`` to the last character of text."""
    return _xor(text)


def nmea_xor(sentence: bytes) -> int:
    """Return the checksum of an NMEA 0183 sentence: XOR of the characters between ``$`` and ``*``."""
    return _xor(sentence)


def _xor(text: bytes) -> int:
    check = 0
    for byte in text:
        check ^= byte
    return check


def fx_sum(text: bytes) -> int:
    """Return the sum check of an FX programming-port frame: the characters after STX up to and with ETX, low byte."""
    return sum(text) & 0xFF


def cr10x_sum(text: bytes) -> int:
    """Return the checksum of a CR10X reply: the sum of its characters, echo included, modulo 8192 (CR23X manual, 5-2)."""
    return sum(text) % 8192
