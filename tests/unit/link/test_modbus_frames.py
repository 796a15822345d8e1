"""Modbus frames, byte for byte.

RTU bytes come from two captures: a Solis RHI-6K inverter on its logger's line, 2022-11-13 (candlerb/solis_exporter,
docs/packet_log, MIT), and wizmodbus (sigrok-dumps uart/modbus_rtu/wizmodbus, public domain). Request and reply bodies
without those come from the examples of the Modbus Application Protocol V1.1b3, section 6.
"""

import pytest

from harness.device.asks import (
    LinkAsk,
    Query,
    ReadCoils,
    ReadDeviceIdentification,
    ReadRegisters,
    ReportServerId,
    WriteCoil,
    WriteRegister,
    WriteRegisters,
)
from harness.errors import DeviceRefused, LinkError
from harness.link.modbus_frames import (
    MbapReply,
    ReadIdentificationFrom,
    RtuReply,
    crc16,
    decode_reply,
    mbap_frame,
    next_transaction,
    request_pdu,
    rtu_frame,
)

SOLIS_CLOCK = bytes.fromhex("01040C0016000B000D00130027001705C9")
SOLIS_SET = bytes.fromhex("0110A7F80006E28E")
SOLIS_EXCEPTION = bytes.fromhex("018402C2C1")
SOLIS_STATUS = bytes.fromhex("01030200017984")
WIZ_FLOAT = bytes.fromhex("010304526657077566")
WIZ_ECHO = bytes.fromhex("01060404000108FB")

REQUESTS = [
    (ReadRegisters(start=0x6B, count=3), "03 00 6B 00 03"),
    (ReadRegisters(start=8, count=1, table="input"), "04 00 08 00 01"),
    (WriteRegisters(start=1, words=(0x000A, 0x0102)), "10 00 01 00 02 04 00 0A 01 02"),
    (WriteRegister(address=1, word=3), "06 00 01 00 03"),
    (ReadCoils(start=0x13, count=0x13), "01 00 13 00 13"),
    (ReadCoils(start=0xC4, count=0x16, table="inputs"), "02 00 C4 00 16"),
    (WriteCoil(address=0xAC, on=True), "05 00 AC FF 00"),
    (WriteCoil(address=0xAC, on=False), "05 00 AC 00 00"),
    (ReadDeviceIdentification(), "2B 0E 01 00"),
    (ReadIdentificationFrom(first=2), "2B 0E 01 02"),
    (ReportServerId(), "11"),
]


def decode(question: LinkAsk[object], pdu: str) -> object:
    return decode_reply(question, request_pdu(question), bytes.fromhex(pdu))


def refused_kind(question: LinkAsk[object], pdu: str) -> str:
    with pytest.raises(LinkError) as caught:
        decode(question, pdu)
    return caught.value.kind


@pytest.mark.parametrize(("question", "pdu"), REQUESTS)
def test_a_request_is_the_standards_bytes(question: LinkAsk[object], pdu: str) -> None:
    assert bytes.fromhex(pdu) == request_pdu(question)


@pytest.mark.parametrize(
    "question",
    [
        ReadRegisters(start=0, count=0),
        ReadRegisters(start=0, count=126),
        ReadRegisters(start=-1, count=1),
        ReadRegisters(start=0xFFFF, count=2),
        WriteRegisters(start=0, words=()),
        WriteRegisters(start=0, words=(0,) * 124),
        WriteRegisters(start=0, words=(0x10000,)),
        WriteRegister(address=0, word=-1),
        WriteRegister(address=0x10000, word=0),
        ReadCoils(start=0, count=2001),
        WriteCoil(address=0x10000, on=True),
    ],
)
def test_a_number_that_does_not_fit_its_field_is_never_clamped(question: LinkAsk[object]) -> None:
    with pytest.raises(ValueError, match=r"outside|no 16-bit word"):
        request_pdu(question)


def test_an_ask_of_another_protocol_is_no_modbus_ask() -> None:
    with pytest.raises(TypeError):
        request_pdu(Query(text="SYST:DATE?"))


@pytest.mark.parametrize("frame", [SOLIS_CLOCK, SOLIS_SET, SOLIS_EXCEPTION, SOLIS_STATUS, WIZ_FLOAT, WIZ_ECHO])
def test_the_checksum_is_the_one_real_devices_sent(frame: bytes) -> None:
    assert frame[-2:] == crc16(frame[:-2])


def test_an_rtu_request_is_the_loggers_own_frame() -> None:
    asked = request_pdu(ReadRegisters(start=33022, count=6, table="input"))
    assert bytes.fromhex("010480FE00063838") == rtu_frame(1, asked)


def test_a_tcp_request_has_the_header_before_it() -> None:
    assert bytes.fromhex("15 01 00 00 00 06 FF 03 00 6B 00 03") == mbap_frame(
        0x1501, 0xFF, bytes.fromhex("03 00 6B 00 03")
    )


def test_transactions_begin_again_at_one() -> None:
    assert [next_transaction(0), next_transaction(64_999), next_transaction(65_000)] == [1, 65_000, 1]


# --- what a reply means -----------------------------------------------------------------------------------------


def test_registers_are_read_from_their_reply() -> None:
    assert decode(ReadRegisters(start=0x6B, count=3), "03 06 02 2B 00 00 00 64") == (0x022B, 0x0000, 0x0064)


def test_the_inverters_clock_is_six_registers() -> None:
    question = ReadRegisters(start=33022, count=6, table="input")
    assert decode(question, SOLIS_CLOCK[1:-2].hex()) == (22, 11, 13, 19, 39, 23)


def test_coils_are_read_lowest_bit_first() -> None:
    expected = tuple(bit == "1" for bit in "1011001111010110101")
    assert expected == decode(ReadCoils(start=0x13, count=19), "01 03 CD 6B 05")


@pytest.mark.parametrize(
    ("question", "pdu"),
    [
        (WriteRegisters(start=0xA7F8, words=(22, 11, 13, 19, 39, 24)), "10 A7 F8 00 06"),
        (WriteRegister(address=0x0404, word=1), "06 04 04 00 01"),
        (WriteCoil(address=0xAC, on=True), "05 00 AC FF 00"),
    ],
)
def test_an_acknowledgement_is_the_exact_echo(question: LinkAsk[object], pdu: str) -> None:
    assert decode(question, pdu) is None


def test_a_server_id_is_given_whole() -> None:
    assert decode(ReportServerId(), "11 05 50 4C 43 37 FF") == b"PLC7\xff"


def test_identification_objects_are_read_and_the_next_page_is_named() -> None:
    assert decode(ReadIdentificationFrom(first=0), "2B 0E 01 01 00 00 02 00 04 41 63 6D 65 01 02 50 31") == (
        {0: b"Acme", 1: b"P1"},
        None,
    )
    assert decode(ReadIdentificationFrom(first=0), "2B 0E 01 01 FF 01 01 00 04 41 63 6D 65") == ({0: b"Acme"}, 1)


@pytest.mark.parametrize(
    ("question", "pdu", "kind"),
    [
        (ReadRegisters(start=0, count=2), "04 04 00 01 00 02", "wrong-function"),
        (ReadRegisters(start=0, count=2), "84 02", "wrong-function"),
        (ReadRegisters(start=0, count=2), "03 02 00 01", "wrong-count"),
        (ReadRegisters(start=0, count=2), "03 06 00 01 00 02 00 03", "wrong-count"),
        (ReadRegisters(start=0, count=2), "03 04 00 01 00", "wrong-count"),
        (ReadRegisters(start=0, count=2), "03 03 00 01 00", "wrong-count"),
        (ReadRegisters(start=0, count=2), "03", "wrong-count"),
        (ReadCoils(start=0, count=9), "01 01 FF", "wrong-count"),
        (WriteRegisters(start=1, words=(1, 2)), "10 00 02 00 02", "wrong-echo"),
        (WriteRegisters(start=1, words=(1, 2)), "10 00 01 00 01", "wrong-echo"),
        (WriteRegisters(start=1, words=(1, 2)), "10 00 01 00", "wrong-echo"),
        (WriteRegister(address=1, word=3), "06 00 01 00 04", "wrong-echo"),
        (WriteRegister(address=1, word=3), "06 00 02 00 03", "wrong-echo"),
        (WriteCoil(address=1, on=True), "05 00 01 00 00", "wrong-echo"),
        (ReportServerId(), "11", "bad-frame"),
        (ReportServerId(), "11 05 50 4C", "wrong-count"),
        (ReadIdentificationFrom(first=0), "2B 0D 01 01 00 00 00", "wrong-echo"),
        (ReadIdentificationFrom(first=0), "2B 0E 01 01 00 00 01 00 09 41", "wrong-count"),
        (ReadIdentificationFrom(first=0), "2B 0E 01 01 00 00 01 00", "wrong-count"),
        (ReadIdentificationFrom(first=0), "2B 0E 01 01 00 00 01 00 01 41 42", "wrong-count"),
        (ReadRegisters(start=0, count=2), "83", "bad-frame"),
        (ReadRegisters(start=0, count=2), "83 0A", "gateway"),
        (ReadRegisters(start=0, count=2), "83 0B", "gateway"),
    ],
)
def test_what_is_not_exactly_the_reply_is_refused(question: LinkAsk[object], pdu: str, kind: str) -> None:
    assert kind == refused_kind(question, pdu)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (1, "exception 1: illegal function"),
        (2, "exception 2: illegal data address"),
        (3, "exception 3: illegal data value"),
        (4, "exception 4: server device failure"),
        (5, "exception 5: acknowledged, still working on it"),
        (6, "exception 6: server device busy"),
        (8, "exception 8: memory parity error"),
        (0x63, "exception 99: a code the standard does not know"),
    ],
)
def test_an_exception_is_told_with_its_meaning(code: int, says: str) -> None:
    with pytest.raises(DeviceRefused) as caught:
        decode(ReadRegisters(start=0, count=1), f"83 {code:02X}")
    assert (code, says, bytes((0x83, code))) == (caught.value.code, str(caught.value), caught.value.raw)


@pytest.mark.parametrize(
    ("question", "pdu", "code"),
    [
        (ReadRegisters(start=0, count=1), "83 02", 2),
        # Published captures of real gateways hold functions 00, 01 and 08 refused: each is an exception, and to
        # another request than ours.
        (ReadRegisters(start=0, count=1), "80 01", None),
        (ReadRegisters(start=0, count=1), "81 03", None),
        (ReadRegisters(start=0, count=1), "88 0B", None),
        (ReadCoils(start=0, count=1), "81 03", 3),
    ],
)
def test_an_exception_counts_for_its_own_function_only(question: LinkAsk[object], pdu: str, code: int | None) -> None:
    with pytest.raises((DeviceRefused, LinkError)) as caught:
        decode(question, pdu)
    assert code == getattr(caught.value, "code", None)


def test_a_write_that_is_still_being_worked_on_is_unknown_not_refused() -> None:
    """Exception 5 says that the request was taken; calling it refused would free the harness of reading it back."""
    assert refused_kind(WriteRegister(address=1, word=3), "86 05") == "still-working"


# --- where a reply ends -----------------------------------------------------------------------------------------

SOLIS_FRAMES = [SOLIS_CLOCK, SOLIS_SET, SOLIS_EXCEPTION, SOLIS_STATUS]
IDENTIFICATION = bytes.fromhex("01 2B 0E 01 01 00 00 01 00 04 41 63 6D 65 9B 5C")


@pytest.mark.parametrize("frame", [*SOLIS_FRAMES, WIZ_FLOAT, WIZ_ECHO])
def test_an_rtu_reply_is_found_whole_and_byte_by_byte(frame: bytes) -> None:
    reply = RtuReply(1)
    assert [None] * (len(frame) - 1) + [len(frame)] == [reply.length(frame[:end]) for end in range(1, len(frame) + 1)]
    assert (frame[1:-2], "") == (reply.pdu, reply.fault)


def test_an_identification_reply_is_measured_by_its_objects() -> None:
    frame = IDENTIFICATION
    reply = RtuReply(1)
    assert [None] * (len(frame) - 1) + [len(frame)] == [reply.length(frame[:end]) for end in range(1, len(frame) + 1)]


def test_a_wrong_bit_anywhere_is_a_wrong_checksum_or_no_frame() -> None:
    for at in range(len(SOLIS_CLOCK)):
        spoilt = bytearray(SOLIS_CLOCK)
        spoilt[at] ^= 0x10
        try:
            length = RtuReply(1).length(bytes(spoilt))
        except (LinkError, ValueError):
            continue
        assert length is None, f"byte {at} spoilt, and still a frame"


def test_noise_before_a_reply_is_never_read_as_one() -> None:
    with pytest.raises(ValueError, match="no reply has function 0"):
        RtuReply(1).length(b"\x01\x00" + SOLIS_CLOCK)
    with pytest.raises(LinkError, match="checksum"):
        RtuReply(1).length(b"\x03" + SOLIS_CLOCK + b"\x00" * 5)


def test_bytes_after_an_rtu_reply_are_not_counted_to_it() -> None:
    assert len(SOLIS_CLOCK) == RtuReply(1).length(SOLIS_CLOCK + b"\x00")


def test_another_units_reply_is_overlooked_and_said() -> None:
    sound = bytes.fromhex("0A 03 04 65 53 F1 00 EB BE")
    reply = RtuReply(1)
    assert len(sound) + len(SOLIS_STATUS) == reply.length(sound + SOLIS_STATUS)
    assert (reply.frame, reply.fault) == (SOLIS_STATUS, "other-unit")
    assert RtuReply(1).missing() is None
    only = RtuReply(1)
    assert only.length(sound) is None
    assert (only.missing() or LinkError("", "")).kind == "wrong-unit"


def test_a_second_copy_is_overlooked_and_said() -> None:
    reply = RtuReply(1)
    assert 2 * len(SOLIS_STATUS) == reply.length(SOLIS_STATUS * 2)
    assert (reply.frame, reply.fault) == (SOLIS_STATUS, "duplicate-reply")


TCP_REPLY = bytes.fromhex("00 07 00 00 00 07 01 03 04 00 01 00 02")


def test_a_tcp_reply_is_found_whole_and_byte_by_byte() -> None:
    reply = MbapReply(7, 1)
    ends = range(1, len(TCP_REPLY) + 1)
    assert [None] * (len(TCP_REPLY) - 1) + [len(TCP_REPLY)] == [reply.length(TCP_REPLY[:end]) for end in ends]
    assert (bytes.fromhex("03 04 00 01 00 02"), "") == (reply.pdu, reply.fault)


@pytest.mark.parametrize(
    "frame",
    [
        "00 07 00 01 00 07 01 03 04 00 01 00 02",  # protocol 1
        "00 07 00 00 00 00 01 03 04 00 01 00 02",  # length 0
        "00 07 00 00 00 02 01 03 04 00 01 00 02",  # length 2: no body
        "00 07 00 00 FF FF 01 03 04 00 01 00 02",  # length 65535
    ],
)
def test_a_header_that_is_not_modbus_is_refused_at_once(frame: str) -> None:
    with pytest.raises(ValueError, match="no Modbus TCP frame"):
        MbapReply(7, 1).length(bytes.fromhex(frame))


@pytest.mark.parametrize("transaction", [0, 8, 0xFFFF])
def test_a_transaction_never_asked_is_refused(transaction: int) -> None:
    with pytest.raises(LinkError) as caught:
        MbapReply(7, 1).length(transaction.to_bytes(2, "big") + TCP_REPLY[2:])
    assert caught.value.kind == "wrong-transaction"


def test_another_unit_in_our_transaction_is_refused() -> None:
    with pytest.raises(LinkError) as caught:
        MbapReply(7, 2).length(TCP_REPLY)
    assert caught.value.kind == "wrong-unit"


def test_a_late_tcp_reply_is_overlooked_and_said() -> None:
    late = b"\x00\x06" + TCP_REPLY[2:]
    reply = MbapReply(7, 1)
    assert 2 * len(TCP_REPLY) == reply.length(late + TCP_REPLY)
    assert (reply.frame, reply.fault) == (TCP_REPLY, "late-reply")
    only = MbapReply(7, 1)
    assert only.length(late) is None
    assert (only.missing() or LinkError("", "")).kind == "late-reply"
    assert MbapReply(7, 1).missing() is None


def test_a_tcp_duplicate_is_overlooked_and_said() -> None:
    reply = MbapReply(7, 1)
    assert len(TCP_REPLY) + 5 == reply.length(TCP_REPLY + TCP_REPLY[:5])
    assert reply.fault == "duplicate-reply"
