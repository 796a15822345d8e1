"""Plain clients of the simulated devices, from the published frames alone: what a reading looks like, and who counts.

Every request is a literal; every reply is taken apart here, without anything of the project.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from devices.simulation.device import SimulatedDevice

SECOND = 1_000_000_000

Shown = tuple[int, ...]
"""Year, month, day, hour, minute, second, and the weekday where the device tells one."""


def rtu(body: str) -> bytes:
    """Add the CRC bit by bit, so that the server's table is not its own witness."""
    octets = bytes.fromhex(body)
    crc = 0xFFFF
    for octet in octets:
        crc ^= octet
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return octets + bytes((crc & 0xFF, crc >> 8))


def words(frame: bytes) -> list[int]:
    """Return the registers of a reply to function 3 or 4."""
    assert rtu(frame[:-2].hex()) == frame
    assert frame[1] in {3, 4}, frame.hex(" ")
    assert frame[2] == len(frame) - 5
    return [frame[at] << 8 | frame[at + 1] for at in range(3, len(frame) - 2, 2)]


def bcd(packed: int) -> int:
    return int(f"{packed:x}")


def octets_of(many: list[int]) -> list[int]:
    return [octet for word in many for octet in (word >> 8, word & 0xFF)]


def read_schneider(device: SimulatedDevice) -> Shown:
    weekday, second, hour_minute, month_day, year = words(device.receive(rtu("01 03 00 31 00 05")))
    hour, minute, month, day = octets_of([hour_minute, month_day])
    return bcd(year), bcd(month), bcd(day), bcd(hour), bcd(minute), bcd(second), weekday


def read_delta(device: SimulatedDevice) -> Shown:
    second, minute, hour, day, month, weekday, year = words(device.receive(bytes.fromhex("01 03 15 21 00 07 50 0E")))
    return year, month, day, hour, minute, second, weekday


def read_directlogic(device: SimulatedDevice) -> Shown:
    shown = [bcd(word) for word in words(device.receive(rtu("01 03 0F F6 00 07")))]
    second, minute, hour, weekday, day, month, year = shown
    return year, month, day, hour, minute, second, weekday


def read_growatt(device: SimulatedDevice) -> Shown:
    return tuple(words(device.receive(bytes.fromhex("01 03 00 2D 00 06 55 C1"))))


def read_deye(device: SimulatedDevice) -> Shown:
    return tuple(octets_of(words(device.receive(rtu("01 03 00 16 00 03")))))


def read_electrex(device: SimulatedDevice) -> Shown:
    octets = octets_of(words(device.receive(rtu("01 03 00 9D 00 04"))))
    century, year, month, day, _, hour, minute, second = octets
    return century * 100 + year, month, day, hour, minute, second


def read_socomec(device: SimulatedDevice) -> Shown:
    minute, second, day, hour, month, weekday, high, year = octets_of(words(device.receive(rtu("01 03 00 CB 00 04"))))
    assert high == 0
    return year, month, day, hour, minute, second, weekday


def read_kelman(device: SimulatedDevice) -> Shown:
    year, *rest = words(device.receive(rtu("01 03 04 B0 00 04")))
    month, day, hour, minute, second, weekday = octets_of(rest)
    return bcd(year), bcd(month), bcd(day), bcd(hour), bcd(minute), bcd(second), weekday


def read_julabo(device: SimulatedDevice) -> Shown:
    return tuple(words(device.receive(rtu("01 03 00 64 00 06"))))


def read_dl303(device: SimulatedDevice) -> Shown:
    return tuple(words(device.receive(rtu("01 03 03 60 00 06"))))


def read_acurev(device: SimulatedDevice) -> Shown:
    return tuple(words(device.receive(rtu("01 03 03 00 00 07"))))


def read_foxess(device: SimulatedDevice) -> Shown:
    return tuple(words(device.receive(rtu("01 04 9C 40 00 06"))))


def read_deif(device: SimulatedDevice) -> Shown:
    *pairs, year = words(device.receive(rtu("01 03 00 5C 00 04")))
    minute, second, weekday, hour, month, day = (bcd(octet) for octet in octets_of(pairs))
    return bcd(year), month, day, hour, minute, second, weekday


def read_enervent(device: SimulatedDevice) -> Shown:
    second, minute, hour, day, month, year, weekday = words(device.receive(rtu("01 04 00 25 00 07")))
    return year, month, day, hour, minute, second, weekday


def read_host_link(device: SimulatedDevice) -> Shown:
    reply = device.receive(b"@00RJ0018000455*\r")
    assert reply[:7] == b"@00RJ00"
    minute, second, day, hour, year, month, control, weekday = (int(reply[at : at + 2]) for at in range(7, 23, 2))
    assert control == 0
    return year, month, day, hour, minute, second, weekday


def read_fins(device: SimulatedDevice) -> Shown:
    reply = device.receive(bytes.fromhex("80 00 02 00 00 00 00 00 00 7A 07 01"))
    assert reply[9:14] == bytes.fromhex("7A 07 01 00 00")
    return tuple(bcd(octet) for octet in reply[14:])


def fx_words(reply: bytes) -> list[int]:
    assert reply[:1] == b"\x02"
    assert reply[-3:-2] == b"\x03"
    text = reply[1:-3]
    return [int(text[at + 2 : at + 4] + text[at : at + 2], 16) for at in range(0, len(text), 4)]


def read_fx(device: SimulatedDevice) -> Shown:
    second, minute, hour, day, month, year, weekday = fx_words(device.receive(b"\x0200E1A0E\x038F"))
    return year, month, day, hour, minute, second, weekday


def read_mc_1e(device: SimulatedDevice) -> Shown:
    reply = device.receive(bytes.fromhex("01 FF 0A 00 4D 1F 00 00 20 44 07 00"))
    assert reply[:2] == b"\x81\x00"
    second, minute, hour, day, month, year, weekday = (reply[at] | reply[at + 1] << 8 for at in range(2, len(reply), 2))
    return year, month, day, hour, minute, second, weekday


def read_df1(device: SimulatedDevice) -> Shown:
    reply = device.receive(bytes.fromhex("10 02 01 00 0F 00 34 12 A2 0C 02 84 25 00 10 03 57 7D"))
    assert reply[:10] == bytes.fromhex("10 06 10 02 00 01 4F 00 34 12")
    assert reply[-4:-2] == b"\x10\x03"
    plain = reply[10:-4].replace(b"\x10\x10", b"\x10")
    assert len(plain) == 12
    return tuple(plain[at] | plain[at + 1] << 8 for at in range(0, 12, 2))


def read_micrologix(device: SimulatedDevice) -> Shown:
    reply = device.receive(bytes.fromhex("10 02 01 00 0F 00 34 12 A2 0E 00 E4 00 00 10 03 20 94"))
    assert reply[:10] == bytes.fromhex("10 06 10 02 00 01 4F 00 34 12")
    plain = reply[10:-4].replace(b"\x10\x10", b"\x10")
    assert len(plain) == 14
    return tuple(plain[at] | plain[at + 1] << 8 for at in range(0, 14, 2))


S7_CONNECT = bytes.fromhex("03 00 00 16 11 E0 00 00 00 01 00 C0 01 0A C1 02 01 00 C2 02 01 02")
S7_SETUP = bytes.fromhex("03 00 00 19 02 F0 80 32 01 00 00 00 01 00 08 00 00 F0 00 00 01 00 01 01 E0")
S7_READ = bytes.fromhex("03 00 00 1D 02 F0 80 32 07 00 00 00 01 00 08 00 04 00 01 12 04 11 47 01 00 0A 00 00 00")


def read_s7(device: SimulatedDevice) -> Shown:
    device.receive(S7_CONNECT)
    device.receive(S7_SETUP)
    reply = device.receive(S7_READ)
    assert reply[-14:-8] == bytes.fromhex("FF 09 00 0A 00 20")
    *octets, _, last = reply[-8:]
    return (*(bcd(octet) for octet in octets), last & 0x0F)


def read_logo(device: SimulatedDevice) -> Shown:
    assert device.receive(bytes.fromhex("01 00 FF 44 00 00")) == b"\x06"
    octets = []
    for place in range(6):
        reply = device.receive(bytes.fromhex(f"02 00 FF FB {place:02X}"))
        assert reply[:6] == bytes.fromhex(f"06 03 00 FF FB {place:02X}")
        octets.append(reply[6])
    day, month, year, minute, hour, weekday = octets
    return year, month, day, hour, minute, 0, weekday


def read_panasonic(device: SimulatedDevice) -> Shown:
    reply = device.receive(b"%01#RDD0905409057**\r")
    assert reply[:6] == b"%01$RD"
    text = reply[6:22]
    low_first = [int(text[at : at + 2]) for at in range(0, 16, 2)]
    second, minute, hour, day, month, year, weekday, _ = low_first
    return year, month, day, hour, minute, second, weekday


def read_toyopuc(device: SimulatedDevice) -> Shown:
    reply = device.receive(bytes.fromhex("00 00 03 00 32 70 00"))
    assert reply[:7] == bytes.fromhex("80 00 0A 00 32 70 00")
    second, minute, hour, day, month, year, weekday = (bcd(octet) for octet in reply[7:])
    return year, month, day, hour, minute, second, weekday


class Edge(NamedTuple):
    """Two seconds before midnight, and which day follows which."""

    before: tuple[int, int, int]
    after: tuple[int, int, int]
    weekday_after: int  # Sunday 0
    seconds: int  # civil seconds of ``before`` at 23:59:57


EDGES = {
    "1999-12-31": Edge((1999, 12, 31), (2000, 1, 1), 6, 946_684_797),
    "2000-02-28": Edge((2000, 2, 28), (2000, 2, 29), 2, 951_782_397),
    "2000-02-29": Edge((2000, 2, 29), (2000, 3, 1), 3, 951_868_797),
    "2000-12-31": Edge((2000, 12, 31), (2001, 1, 1), 1, 978_307_197),
    "2001-02-28": Edge((2001, 2, 28), (2001, 3, 1), 4, 983_404_797),
    "2024-02-28": Edge((2024, 2, 28), (2024, 2, 29), 4, 1_709_164_797),
    "2038-01-18": Edge((2038, 1, 18), (2038, 1, 19), 2, 2_147_471_997),
}


def seconds_around(edge: Edge, *, year: Callable[[int], int], weekday: Callable[[int], int] | None) -> list[Shown]:
    """Return what a sound device shows from 23:59:57 to 00:00:03, written out."""
    days = []
    for (of_year, month, day), sunday_0 in (
        (edge.before, (edge.weekday_after - 1) % 7),
        (edge.after, edge.weekday_after),
    ):
        tail = () if weekday is None else (weekday(sunday_0),)
        days.append(((year(of_year), month, day), tail))
    (evening, evening_tail), (morning, morning_tail) = days
    shown: list[Shown] = [(*evening, 23, 59, second, *evening_tail) for second in (57, 58, 59)]
    return shown + [(*morning, 0, 0, second, *morning_tail) for second in (0, 1, 2, 3)]
