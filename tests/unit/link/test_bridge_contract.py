"""One contract for every bridge to I2C, in memory: what a driver may rely on whichever box the bench has."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest

from devices.registry import Registry
from devices.simulation.setup import SimulatorSetup
from harness.calendar.gregorian import parse_iso
from harness.clock import VirtualClock
from harness.device.asks import I2cLatch, I2cRead, I2cWrite, LinkAsk, Steps
from harness.errors import DeviceRefused, LinkError
from harness.link.base import StepRunner, run_blocking
from harness.link.i2c_bridge.bridge import I2cBus
from tests.unit.link.bridge_rig import ADDRESS, ALL, FAR_SIDES, NOBODY, Notebook, Rows, bus_on, far_side, rehoused

NEW_YEARS_EVE = "1999-12-31 23:59:50"
CHIPS = [model for model in Registry().models() if model.startswith("rtc/") and "i2c" in Registry().facts(model).links]

every_bridge = pytest.mark.parametrize("bridge", ALL)
every_serial_bridge = pytest.mark.parametrize("bridge", FAR_SIDES)


def opened(bridge: str, chip: Rows | None = None) -> tuple[I2cBus, Notebook, Rows]:
    clock = VirtualClock(0)
    chip = chip or Rows()
    bus, book = bus_on(bridge, far_side(bridge, chip, clock), clock)
    bus.open()
    return bus, book, chip


@every_bridge
def test_a_read_brings_the_registers_from_its_pointer_on(bridge: str) -> None:
    bus, book, _ = opened(bridge)
    before = len(book.records)
    answer = bus.answer(ADDRESS, I2cRead(pointer=b"\x10", count=7))
    assert answer.value == bytes.fromhex("10 11 12 13 14 15 16")
    assert answer.exchanges == tuple(range(before + 1, len(book.records) + 1))
    assert {record.station for record in book.records[before:]} == {ADDRESS}


@every_bridge
@pytest.mark.parametrize("count", [1, 2, 15, 16, 17, 32, 33])
def test_a_read_of_any_length_is_whole(bridge: str, count: int) -> None:
    bus, _, _ = opened(bridge)
    assert bus.answer(ADDRESS, I2cRead(pointer=b"\x05", count=count)).value == bytes(range(5, 5 + count))


@every_bridge
def test_a_read_without_a_pointer_writes_nothing(bridge: str) -> None:
    """Chips that take a command in their address have no pointer to write (S-35390A)."""
    bus, _, chip = opened(bridge)
    chip.pointer = 0x20
    chip.accesses.clear()
    assert bus.answer(ADDRESS, I2cRead(pointer=None, count=3)).value == bytes.fromhex("20 21 22")
    assert chip.accesses == ["read", "stop"]


@every_bridge
def test_an_address_offset_is_another_chip(bridge: str) -> None:
    bus, _, _ = opened(bridge)
    assert bus.answer(ADDRESS - 2, I2cRead(pointer=b"\x10", count=1, address_offset=2)).value == b"\x10"
    with pytest.raises(DeviceRefused):
        bus.answer(ADDRESS, I2cRead(pointer=b"\x10", count=1, address_offset=1))


@every_bridge
@pytest.mark.parametrize("kind", [I2cWrite, I2cLatch])
def test_a_write_reaches_the_chip_once(bridge: str, kind: type[I2cWrite | I2cLatch]) -> None:
    bus, book, chip = opened(bridge)
    before = len(book.records)
    answer = bus.answer(ADDRESS, kind(pointer=b"\x30", data=bytes.fromhex("50 59 23 06 31 12 99")))
    assert answer.value is None
    assert answer.exchanges == tuple(range(before + 1, len(book.records) + 1))
    assert chip.registers[0x2F:0x38] == bytes.fromhex("2F 50 59 23 06 31 12 99 37")


@every_bridge
def test_a_write_longer_than_one_piece_is_one_access(bridge: str) -> None:
    """A stop on the way would let a chip begin its second with half a time."""
    bus, _, chip = opened(bridge)
    chip.accesses.clear()
    bus.answer(ADDRESS, I2cWrite(pointer=b"\x40", data=bytes(range(100, 140))))
    assert chip.registers[0x40:0x68] == bytes(range(100, 140))
    assert [access for access in chip.accesses if access != "stop"].count("read") == 0
    assert chip.accesses[-2:] == ["write", "stop"]


@every_bridge
@pytest.mark.parametrize(
    "question",
    [
        I2cRead(pointer=b"\x00", count=7),
        I2cRead(pointer=None, count=7),
        I2cWrite(pointer=b"\x00", data=b"\x01"),
        I2cLatch(pointer=b"\x00", data=b"\x01"),
    ],
    ids=lambda question: type(question).__name__,
)
def test_an_address_nobody_answers_is_a_refusal_and_the_bus_goes_on(bridge: str, question: LinkAsk[object]) -> None:
    bus, _, chip = opened(bridge)
    with pytest.raises(DeviceRefused, match="0x51"):
        bus.answer(NOBODY, question)
    assert bus.answer(ADDRESS, I2cRead(pointer=b"\x02", count=2)).value == b"\x02\x03"
    assert chip.registers == bytes(range(256))


@every_bridge
def test_a_chip_without_supply_refuses_and_takes_nothing(bridge: str) -> None:
    clock, chip = VirtualClock(0), Rows()
    far = far_side(bridge, chip, clock)
    bus, _ = bus_on(bridge, far, clock)
    bus.open()
    far.power(False)
    with pytest.raises(DeviceRefused):
        bus.answer(ADDRESS, I2cWrite(pointer=b"\x00", data=b"\x99"))
    far.power(True)
    assert bus.answer(ADDRESS, I2cRead(pointer=b"\x00", count=1)).value == b"\x00"


@every_bridge
@pytest.mark.parametrize("acknowledged", [0, 1, 3])
def test_a_write_cut_short_is_unknown_and_never_a_refusal(bridge: str, acknowledged: int) -> None:
    """What the chip acknowledged it has kept; to call that refused would leave half a date in it unnoticed."""
    bus, _, chip = opened(bridge, Rows(acknowledged))
    with pytest.raises(LinkError) as caught:
        bus.answer(ADDRESS, I2cWrite(pointer=b"\x00", data=b"\xa1\xa2\xa3\xa4"))
    assert caught.value.kind == "write-cut-short"
    assert chip.registers[:4] == (
        b"\xa1\xa2\xa3\xa4"[: max(0, acknowledged - 1)] + bytes(range(4))[max(0, acknowledged - 1) :]
    )
    chip.pointer = 8
    assert bus.answer(ADDRESS, I2cRead(pointer=None, count=1)).value == b"\x08"


@every_serial_bridge
def test_a_pointer_that_is_not_acknowledged_refuses_the_read(bridge: str) -> None:
    bus, _, _ = opened(bridge, Rows(0))
    with pytest.raises(DeviceRefused):
        bus.answer(ADDRESS, I2cRead(pointer=b"\x00", count=1))


@every_bridge
@pytest.mark.parametrize(
    "question", [I2cRead(pointer=b"\x10", count=3), I2cWrite(pointer=b"\x30", data=b"\x01\x02")], ids=["read", "write"]
)
def test_what_is_shown_before_a_message_is_what_is_sent(bridge: str, question: LinkAsk[object]) -> None:
    """The kernel writes it down as what is about to go out."""
    bus, book, _ = opened(bridge)
    shown = bus.render(ADDRESS, question)
    before = len(book.records)
    bus.answer(ADDRESS, question)
    assert shown in b"".join(record.sent for record in book.records[before:])


@every_serial_bridge
def test_a_bridge_that_says_nothing_does_not_open(bridge: str) -> None:
    far = far_side(bridge, Rows(), VirtualClock(0))
    bus, book = bus_on(bridge, far, spoil=lambda _sent, _reply: b"")
    with pytest.raises(LinkError, match=r"."):
        bus.open()
    assert book.records
    with pytest.raises(LinkError, match="not open"):
        bus.answer(ADDRESS, I2cRead(pointer=b"\x00", count=1))


@every_serial_bridge
def test_another_box_on_the_port_is_not_taken_for_the_bridge(bridge: str) -> None:
    far = far_side(bridge, Rows(), VirtualClock(0))
    bus, _ = bus_on(bridge, far, spoil=lambda _, reply: b"?" * len(reply))
    with pytest.raises(LinkError):
        bus.open()


def open_at_last(bus: I2cBus) -> None:
    """Open; a bridge that was heard badly may fail to open, twice at most, and must then open."""
    for _ in range(2):
        with contextlib.suppress(LinkError):
            bus.open()
    bus.open()


@every_serial_bridge
def test_a_lost_greeting_does_not_lose_the_bridge(bridge: str) -> None:
    replies = 0

    def lose_the_first(sent: bytes, reply: bytes) -> bytes:
        nonlocal replies
        del sent
        replies += bool(reply)
        return b"" if replies <= 1 else reply

    bus, _ = bus_on(bridge, far_side(bridge, Rows(), VirtualClock(0)), spoil=lose_the_first)
    open_at_last(bus)
    assert bus.answer(ADDRESS, I2cRead(pointer=b"\x10", count=2)).value == b"\x10\x11"


@every_serial_bridge
def test_a_late_greeting_is_never_taken_for_a_clock(bridge: str) -> None:
    """The first reply comes together with the second."""
    replies: list[bytes] = []

    def keep_the_first_back(sent: bytes, reply: bytes) -> bytes:
        del sent
        replies.extend([reply] * bool(reply))
        return {1: b"", 2: b"".join(replies)}.get(len(replies), reply) if reply else b""

    bus, _ = bus_on(bridge, far_side(bridge, Rows(), VirtualClock(0)), spoil=keep_the_first_back)
    open_at_last(bus)
    assert bus.answer(ADDRESS, I2cRead(pointer=b"\x10", count=2)).value == b"\x10\x11"


@every_serial_bridge
def test_a_bridge_found_open_is_greeted_again(bridge: str) -> None:
    """Whoever used it before has not put it away."""
    clock = VirtualClock(0)
    far = far_side(bridge, Rows(), clock)
    for _ in range(2):
        bus, _ = bus_on(bridge, far, clock)
        bus.open()
        assert bus.answer(ADDRESS, I2cRead(pointer=b"\x10", count=1)).value == b"\x10"


@every_serial_bridge
def test_silence_in_a_write_is_unknown_and_nothing_is_sent_again(bridge: str) -> None:
    is_silent = False
    clock, chip = VirtualClock(0), Rows()
    bus, book = bus_on(bridge, far_side(bridge, chip, clock), clock, spoil=lambda _, reply: b"" if is_silent else reply)
    bus.open()
    is_silent = True
    before = len(book.records)
    with pytest.raises(LinkError) as caught:
        bus.answer(ADDRESS, I2cWrite(pointer=b"\x00", data=b"\x99"))
    assert caught.value.kind == "no-reply"
    echo_test = b"eU"  # by which an I2CDriver is found again; it carries nothing to the chip
    sent = [record.sent for record in book.records[before:] if record.sent not in {b"", echo_test}]
    assert len(sent) == len(set(sent))


class Lossy:
    """A bridge's receiver that loses one byte of the messages sent to it, counted from when it is armed."""

    def __init__(self, receive: Callable[[bytes], bytes]) -> None:
        self._receive = receive
        self.lose: int | None = None

    def receive(self, sent: bytes) -> bytes:
        if self.lose is not None:
            at, self.lose = self.lose, self.lose - len(sent)
            if 0 <= at < len(sent):
                self.lose = None
                sent = sent[:at] + sent[at + 1 :]
        return self._receive(sent)


@pytest.mark.parametrize("bridge", ["bus-pirate", "i2cdriver"])
@pytest.mark.parametrize("lost", range(11))
def test_a_byte_lost_on_its_way_to_the_bridge_spoils_that_write_and_nothing_else(bridge: str, lost: int) -> None:
    """Such a bridge waits for the rest without end; the next access must not be taken for it."""
    clock, chip = VirtualClock(0), Rows()
    far = Lossy(far_side(bridge, chip, clock).receive)
    bus, _ = bus_on(bridge, far, clock)  # type: ignore[arg-type]
    bus.open()
    far.lose = lost
    with pytest.raises((LinkError, DeviceRefused)):
        bus.answer(ADDRESS, I2cWrite(pointer=b"\x30", data=bytes.fromhex("A0 A1 A2 A3 A4 A5 A6")))
    assert chip.registers[:0x30] == bytes(range(0x30))
    assert chip.registers[0x38:] == bytes(range(0x38, 0x100))
    assert bus.answer(ADDRESS, I2cRead(pointer=b"\x10", count=3)).value == bytes.fromhex("10 11 12")


@pytest.mark.parametrize("bridge", ["bus-pirate", "i2cdriver"])
@pytest.mark.parametrize("lost", range(6))
def test_a_byte_lost_in_a_read_writes_nothing_and_the_next_read_is_right(bridge: str, lost: int) -> None:
    clock, chip = VirtualClock(0), Rows()
    far = Lossy(far_side(bridge, chip, clock).receive)
    bus, _ = bus_on(bridge, far, clock)  # type: ignore[arg-type]
    bus.open()
    far.lose = lost
    with contextlib.suppress(LinkError, DeviceRefused):
        bus.answer(ADDRESS, I2cRead(pointer=b"\x20", count=2))
    assert chip.registers == bytes(range(256))
    assert bus.answer(ADDRESS, I2cRead(pointer=b"\x10", count=3)).value == bytes.fromhex("10 11 12")


@every_serial_bridge
def test_silence_in_a_read_is_no_reading(bridge: str) -> None:
    is_silent = False
    far = far_side(bridge, Rows(), VirtualClock(0))
    bus, _ = bus_on(bridge, far, spoil=lambda _, reply: b"" if is_silent else reply)
    bus.open()
    is_silent = True
    with pytest.raises(LinkError) as caught:
        bus.answer(ADDRESS, I2cRead(pointer=b"\x00", count=7))
    assert caught.value.kind == "no-reply"


@every_serial_bridge
def test_a_short_reply_is_no_reading(bridge: str) -> None:
    is_short = False

    def shorten(sent: bytes, reply: bytes) -> bytes:
        del sent
        return reply[:-1] if is_short and len(reply) > 3 else reply

    bus, _ = bus_on(bridge, far_side(bridge, Rows(), VirtualClock(0)), spoil=shorten)
    bus.open()
    is_short = True
    with pytest.raises(LinkError) as caught:
        bus.answer(ADDRESS, I2cRead(pointer=b"\x00", count=7))
    assert caught.value.kind == "short-reply"


@every_bridge
def test_an_access_longer_than_the_bridge_can_hold_is_not_sent(bridge: str) -> None:
    bus, book, _ = opened(bridge)
    before = len(book.records)
    with pytest.raises(ValueError, match="moves 1 to"):
        bus.answer(ADDRESS, I2cWrite(pointer=b"\x00", data=bytes(10_000)))
    assert len(book.records) == before


@every_bridge
def test_only_register_asks_are_answered(bridge: str) -> None:
    bus, _, _ = opened(bridge)
    with pytest.raises(TypeError, match="cannot answer"):
        bus.answer(ADDRESS, LinkAsk())


class Allowing:
    """A guard that lets everything pass."""

    def before(self, question: LinkAsk[object], frame: bytes) -> None:
        assert frame
        assert question.writes

    def after(self, question: LinkAsk[object], outcome: str) -> None:
        assert outcome == "acknowledged", question


@pytest.mark.parametrize("model", CHIPS)
@every_bridge
def test_every_clock_chip_is_read_and_set_behind_every_bridge(bridge: str, model: str) -> None:
    clock = VirtualClock(0)
    first = Registry().facts(model).first
    start, target = (
        (NEW_YEARS_EVE, "2000-02-28 23:59:30") if first < "1999" else ("2015-06-07 08:09:10", "2016-02-28 23:59:30")
    )
    simulator = Registry().make_simulator(model, SimulatorSetup(clock=clock, initial_seconds=parse_iso(start)))
    far = rehoused(simulator, bridge, clock)
    bus, _ = bus_on(bridge, far, clock)
    bus.open()
    driver = Registry().make_driver(model)
    form = driver.facts.form

    def do(steps: Callable[[], Steps[object]]) -> object:
        runner = StepRunner(steps(), bus, far.station, clock, Allowing())
        return run_blocking(runner).value

    assert do(driver.identify) == do(driver.identify)
    sample = do(driver.read_clock)
    assert form.resolve(sample.fields) == parse_iso(start)  # type: ignore[attr-defined]
    do(lambda: driver.set_clock(form.express(parse_iso(target))))
    sample = do(driver.read_clock)
    assert sample.unreadable is None  # type: ignore[attr-defined]
    assert form.resolve(sample.fields) in {parse_iso(target), parse_iso(target) + 1}  # type: ignore[attr-defined, operator]


@every_bridge
def test_a_bridge_that_keeps_a_status_does_not_answer_for_the_chip(bridge: str) -> None:
    """An SC18IM700 that never heard a write says that its last transfer was good; the others answer each byte."""
    bus, _, _ = opened(bridge)
    answer = bus.answer(ADDRESS, I2cWrite(pointer=b"\x00", data=b"\x30\x35\x23"))
    assert answer.is_answered is (bridge != "sc18im700")
