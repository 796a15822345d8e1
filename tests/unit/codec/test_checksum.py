"""Every checksum against frames published by the makers or captured from real devices."""

from __future__ import annotations

import pytest

from harness.codec.checksum import (
    ccitt_davis,
    cr10x_sum,
    crc16_df1,
    crc16_modbus,
    fx_sum,
    host_link_fcs,
    nmea_xor,
    pakbus_nullifier,
    pakbus_signature,
)


@pytest.mark.parametrize(
    ("frame", "sent"),
    [
        ("01 03 03 E8 00 02", "44 7B"),  # capture of the wizmodbus project
        ("01 04 80 FE 00 06", "38 38"),  # Solis inverter, candlerb/solis_exporter
        ("01 04 0C 00 16 00 0B 00 0D 00 13 00 27 00 17", "05 C9"),  # its reply, 2022-11-13 19:39:23
    ],
)
def test_modbus_frames_end_in_their_crc_low_byte_first(frame: str, sent: str) -> None:
    assert bytes.fromhex(sent) == crc16_modbus(bytes.fromhex(frame)).to_bytes(2, "little")


def test_the_df1_manuals_frame_ends_in_its_crc_low_byte_first() -> None:
    """1770-RM516, page 5-7; the ETX it covers is not in the list of bytes."""
    application = bytes.fromhex("07 11 41 00 53 B9" + "00" * 12)
    assert bytes.fromhex("6B 4C") == crc16_df1(application).to_bytes(2, "little")


@pytest.mark.parametrize(
    ("block", "sent"),
    [
        ("25 35 0A 07 06 70", "60 BA"),  # GETTIME reply of a real console, 2012-06-07 10:53:37
        ("C6 CE A2 03", "E2 B4"),  # example of the Davis serial reference
    ],
)
def test_davis_blocks_end_in_their_sum_high_byte_first(block: str, sent: str) -> None:
    assert bytes.fromhex(sent) == ccitt_davis(bytes.fromhex(block)).to_bytes(2, "big")


def test_the_davis_sum_over_block_and_sum_is_zero() -> None:
    assert 0 == ccitt_davis(bytes.fromhex("25 35 0A 07 06 70 60 BA"))


PAKBUS_PACKETS = [
    # Campbell BMP5 manual: clock request to logger 1, and its reply of 2004-11-15.
    "A0 01 4F FE 10 01 0F FE 17 17 00 00 00 00 00 00 00 00 00 00 B2 B3",
    "AF FE 00 01 1F FE 00 01 97 17 00 1B FA 2A 61 C8 00 00 00 04 FA",
    # A logger's live reply of 2012-07-26, published in the test suite of a PakBus library.
    "A8 02 10 01 18 02 00 01 97 05 00 2A 72 73 0A 3B 02 33 80 8D 6D",
]


@pytest.mark.parametrize("packet", PAKBUS_PACKETS)
def test_the_signature_over_a_whole_pakbus_packet_is_zero(packet: str) -> None:
    assert 0 == pakbus_signature(bytes.fromhex(packet))


@pytest.mark.parametrize("packet", PAKBUS_PACKETS)
def test_the_nullifier_is_the_last_two_bytes_of_a_pakbus_packet(packet: str) -> None:
    whole = bytes.fromhex(packet)
    assert whole[-2:] == pakbus_nullifier(whole[:-2])


def test_the_signature_of_nothing_is_its_seed() -> None:
    assert 0xAAAA == pakbus_signature(b"")


def test_the_omron_test_command_ends_in_its_fcs() -> None:
    """C200HS manual, 11-3: ``@00RD0000000157*`` reads data memory."""
    assert 0x57 == host_link_fcs(b"@00RD00000001")


@pytest.mark.parametrize(("text", "check"), [(b"010C802\x03", 0x71), (b"00E1A0E\x03", 0x8F)])
def test_fx_read_frames_end_in_their_sum(text: bytes, check: int) -> None:
    assert check == fx_sum(text)


@pytest.mark.parametrize(
    ("sentence", "check"),
    [
        (b"GPZDA,235950.00,31,12,1999,00,00", 0x67),
        (b"GPRMC,235950.00,A,4807.038,N,01131.000,E,000.0,000.0,311299,,,A", 0x55),
    ],
)
def test_nmea_sentences_end_in_their_checksum(sentence: bytes, check: int) -> None:
    assert check == nmea_xor(sentence)


def test_the_cr10x_sum_is_of_the_characters_as_numbers() -> None:
    """``C`` CR LF: 67 + 13 + 10."""
    assert 90 == cr10x_sum(b"C\r\n")


def test_the_cr10x_sum_starts_again_at_8192() -> None:
    """Sixty-four times 128 is 8192."""
    assert 0 == cr10x_sum(b"\x80" * 64)
    assert 127 == cr10x_sum(b"\x80" * 64 + b"\x7f")


CATCHES_FLIPS = [crc16_modbus, crc16_df1, ccitt_davis, pakbus_signature, host_link_fcs, nmea_xor, fx_sum, cr10x_sum]


@pytest.mark.parametrize("checksum", CATCHES_FLIPS)
def test_any_single_flipped_bit_changes_the_checksum(checksum: object) -> None:
    block = bytes.fromhex("25 35 0A 07 06 70")
    assert callable(checksum)
    whole = checksum(block)
    for at in range(len(block) * 8):
        flipped = bytearray(block)
        flipped[at // 8] ^= 1 << at % 8
        assert whole != checksum(bytes(flipped))
