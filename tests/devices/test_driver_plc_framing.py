"""Where a controller's reply ends: told whole, byte by byte, with more behind it, and with rubbish before it."""

from __future__ import annotations

import pytest

from devices.plc.allen_bradley_slc.driver import make_driver as make_slc
from devices.plc.mitsubishi_fx.driver import until_acknowledgement as fx_acknowledgement
from devices.plc.mitsubishi_fx.driver import until_reply as fx_reply
from devices.plc.mitsubishi_mc_1e.driver import until_reply as mc_reply
from devices.plc.omron_fins.driver import until_reply as fins_reply
from devices.plc.omron_host_link.driver import until_reply as host_link_reply
from devices.plc.panasonic_fp.driver import until_reply as mewtocol_reply
from devices.plc.siemens_logo_0ba6.driver import until_acknowledgement as logo_acknowledgement
from devices.plc.siemens_logo_0ba6.driver import until_state as logo_state
from devices.plc.siemens_logo_0ba6.driver import until_value as logo_value
from devices.plc.siemens_s7_300.driver import until_packet as s7_packet
from devices.plc.toyopuc.driver import until_reply as toyopuc_reply
from harness.device.asks import FrameLength

CRC = make_slc({"node": 1, "check": "crc"}).line.until_reply
BCC = make_slc({"node": 1, "check": "bcc"}).line.until_reply
FINS = fins_reply(bytes.fromhex("00 00 00 00 00 00 7A 07 01"), 7)
PLACE = bytes.fromhex("00 FF FB 02")

REPLIES: list[tuple[str, FrameLength, bytes]] = [
    ("host-link", host_link_reply(b"@00RJ"), b"@00RJ0059503123991200054B*\r"),
    ("host-link-refusal", host_link_reply(b"@00WJ"), b"@00WJ015C*\r"),
    ("fins", FINS, bytes.fromhex("C1 00 02 00 00 00 00 00 00 7A 07 01 00 00 09 01 20 01 02 01 03")),
    ("fins-refusal", FINS, bytes.fromhex("C0 00 02 00 00 00 00 00 00 7A 07 01 11 0C")),
    ("fx", fx_reply, b"\x0232003B0017001F000C00CF070500\x03D4"),
    ("fx-refusal", fx_reply, b"\x15"),
    ("fx-ack", fx_acknowledgement, b"\x06"),
    ("mc", mc_reply(0x01, 14), bytes.fromhex("81 00 32 00 3B 00 17 00 1F 00 0C 00 CF 07 05 00")),
    ("mc-refusal", mc_reply(0x03, 0), bytes.fromhex("83 5B 10 00")),
    ("mc-code", mc_reply(0x01, 14), bytes.fromhex("81 56")),
    # Sixteens are doubled as DLE: one in the transaction, one in the data (day 16).
    ("df1", CRC, bytes.fromhex("10 06 10 02 00 01 4F 00 10 10 12 E0 07 0A 00 10 10 00 10 03 12 34")),
    ("df1-bcc", BCC, bytes.fromhex("10 06 10 02 00 01 4F 00 34 12 10 03 6A")),
    ("df1-refusal", CRC, bytes.fromhex("10 15")),
    ("s7", s7_packet, bytes.fromhex("03 00 00 16 11 D0 00 01 00 02 00 C0 01 0A C1 02 01 00 C2 02 01 02")),
    ("logo", logo_acknowledgement, b"\x06"),
    ("logo-refusal", logo_acknowledgement, b"\x15\x07"),
    ("logo-state", logo_state, b"\x06\x42"),
    ("logo-value", logo_value(PLACE), bytes.fromhex("06 03 00 FF FB 02 09")),
    ("mewtocol", mewtocol_reply(1), b"%01$RD640014\r"),
    ("mewtocol-refusal", mewtocol_reply(1), b"%01!6101\r"),
    ("toyopuc", toyopuc_reply, bytes.fromhex("80 00 0A 00 32 70 00 04 17 06 12 00 00 04")),
    ("toyopuc-refusal", toyopuc_reply, bytes.fromhex("80 10 01 00 40")),
]
CASES = [pytest.param(until, reply, id=name) for name, until, reply in REPLIES]


@pytest.mark.parametrize(("until", "reply"), CASES)
def test_a_reply_is_complete_at_its_last_byte_and_not_before(until: FrameLength, reply: bytes) -> None:
    assert [None] * len(reply) == [until(reply[:count]) for count in range(len(reply))]
    assert len(reply) == until(reply)


@pytest.mark.parametrize(("until", "reply"), CASES)
def test_what_comes_behind_a_reply_is_no_part_of_it(until: FrameLength, reply: bytes) -> None:
    """The line then says that too much came; it is never cut off in silence."""
    assert len(reply) == until(reply + b"\x00@")


@pytest.mark.parametrize(("until", "reply"), CASES)
@pytest.mark.parametrize("rubbish", [b"\x00", b"\xff", b"?", b"\n"])
def test_rubbish_before_a_reply_is_refused(until: FrameLength, reply: bytes, rubbish: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        until(rubbish + reply)


@pytest.mark.parametrize(
    ("until", "reply"),
    [
        (FINS, bytes.fromhex("C0 00 02 00 00 00 00 00 00 7B 07 01 00 00")),  # another service id
        (FINS, bytes.fromhex("C0 00 02 00 00 00 00 00 00 7A 07 02 00 00")),  # another command
        (mc_reply(0x01, 14), bytes.fromhex("83 00")),
        (host_link_reply(b"@00RJ"), b"@01RJ00"),
        (mewtocol_reply(1), b"%02$RD"),
        (logo_value(PLACE), bytes.fromhex("06 03 00 FF FB 01 09")),
        (CRC, bytes.fromhex("10 06 10 02 00 10 05")),  # DLE ENQ inside a frame
        (s7_packet, bytes.fromhex("03 00 00 05")),
    ],
)
def test_a_reply_to_somebody_else_is_refused(until: FrameLength, reply: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        until(reply)
