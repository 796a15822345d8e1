"""Every golden moment through its real driver, both ways: bytes to fields, and fields to bytes.

The bytes come from outside this project and each names its source. Nothing here is made by our own codecs: frames are
taken apart, and checksums made, by the few lines below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import devices
from devices.registry import Registry
from harness.calendar.fields import CalendarFields
from harness.calendar.form import ClockForm
from harness.calendar.gregorian import parse_iso
from harness.device.asks import (
    AskOperator,
    AskOperatorToSet,
    Command,
    Drain,
    Exchange,
    I2cRead,
    I2cWrite,
    LinkAsk,
    Pause,
    Query,
    ReadRegisters,
    Send,
    Steps,
    WriteCoil,
    WriteExchange,
    WriteRegister,
    WriteRegisters,
)
from harness.device.driver import ClockSample, Driver

ROOT = Path(devices.__file__).parent
Golden = dict[str, Any]


def read_golden(model: str) -> list[Golden]:
    """Return a model's golden moments; numbers are converted here, all else stays text."""
    folder = ROOT.joinpath(*model.replace("-", "_").split("/"))
    own = folder / "golden.yaml"
    if own.is_file():
        moments = yaml.load(own.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 - a loader of text only
    else:
        profile = yaml.load((folder / "profile.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506
        pause = {"pause-ms": profile["write"].get("pause-ms", "0")}
        moments = [pause | moment for moment in profile.get("golden", [])]
    return [_with_numbers(moment) for moment in moments]


def _with_numbers(moment: Golden) -> Golden:
    return {
        **moment,
        "fields": {name.replace("-", "_"): int(number) for name, number in moment["fields"].items()},
        "options": {name: int(said) if said.isdigit() else said for name, said in moment.get("options", {}).items()},
        "flags": {name: said == "true" for name, said in moment.get("flags", {}).items()},
    }


def _option(said: str) -> int | str:
    return int(said) if said.isdecimal() else said


def _moments() -> Iterator[Any]:
    for model in Registry().models():
        for number, moment in enumerate(read_golden(model), start=1):
            yield pytest.param(model, moment, id=f"{model}-{number}")


def _crc16(frame: bytes) -> bytes:
    crc = 0xFFFF
    for octet in frame:
        crc ^= octet
        for _ in range(8):
            crc = (crc >> 1) ^ (0xA001 if crc & 1 else 0)
    return bytes((crc & 0xFF, crc >> 8))


def _ccitt(block: bytes) -> bytes:
    remainder = int.from_bytes(block + b"\x00\x00", "big")
    for bit in reversed(range(16, 8 * len(block) + 16)):
        if remainder >> bit & 1:
            remainder ^= 0x11021 << (bit - 16)
    return remainder.to_bytes(2, "big")


def _pdu(frame_hex: str) -> bytes:
    """Return function and content of an RTU frame, once its checksum is right."""
    frame = bytes.fromhex(frame_hex)
    assert _crc16(frame[:-2]) == frame[-2:], f"the checksum of {frame_hex} is wrong"
    return frame[1:-2]


def _number(octets: bytes) -> int:
    return int.from_bytes(octets, "big")


def _words(octets: bytes) -> tuple[int, ...]:
    return tuple(_number(octets[at : at + 2]) for at in range(0, len(octets), 2))


# --- what each protocol's golden bytes say a driver must ask, and what it is answered -------------------------------


# Chips whose set is more than one read and one write: ``test_rtc_golden.py`` plays them against a file of registers.
PLAYED_IN_REGISTERS = frozenset(
    f"rtc/{chip}"
    for chip in (
        "ds1338", "ds3231", "ds3232", "isl1208", "m41t62", "mcp7940n", "pcf8523", "pcf8563", "pcf8583", "rtc-8564",
        "rv-3028", "rv-3028-unix", "rv-8803", "rx-8025", "s-35390a", "x1205",
    )
)  # fmt: skip
# Chips on three wires or a parallel bus: ``test_rtc_golden_ports.py`` plays them against plain cells.
PLAYED_ON_PORTS = frozenset(f"rtc/{chip}" for chip in ("ds12c887", "ds1302", "ds1685", "m48t59", "mc146818", "msm6242"))
_PLAYED_ELSEWHERE = PLAYED_IN_REGISTERS | PLAYED_ON_PORTS


def _read_dialogue(model: str, moment: Golden) -> list[tuple[LinkAsk[Any], Any]] | None:
    if model in _PLAYED_ELSEWHERE:
        return None
    if "typed" in moment:
        form = "YYYY-MM-DD hh:mm:ss" if moment["typed"].count(":") > 1 else "YYYY-MM-DD hh:mm"
        details = {"display": "the device", "form": form}
        return [(AskOperator(code="read-display", details=details), moment["typed"])]
    if "read-exchanges" in moment:
        return [_exchange(said) for said in moment["read-exchanges"]]
    if "set-exchanges" in moment:
        return None
    if "packet" in moment or "block" in moment:
        packet = _davis_packet(moment)
        return [_WAKE, (Exchange(data=b"GETTIME\n", until=len), b"\x06" + packet)]
    if "read-words" in moment:
        words = _words(bytes.fromhex(moment["read-words"]))
        start, table = _WHERE_READ[model]
        return [(ReadRegisters(start=start, count=len(words), table=table), words)]
    if "read" not in moment:
        return None
    if model == "instrument/scpi-clock":
        date = (Query(text="SYST:DATE?", timing=False), moment["read"]["date"])
        return [date, (Query(text="SYST:TIME?"), moment["read"]["time"]), date]
    if isinstance(moment["read"], Mapping):
        request, reply = _pdu(moment["read"]["request"]), _pdu(moment["read"]["reply"])
        start, count = _number(request[1:3]), _number(request[3:5])
        assert reply[0] == request[0]
        assert reply[1] == 2 * count == len(reply[2:])
        table = {3: "holding", 4: "input"}[request[0]]
        return [(ReadRegisters(start=start, count=count, table=table), _words(reply[2:]))]
    block = bytes.fromhex(moment["read"])
    return [(I2cRead(pointer=_pointer(moment), count=len(block)), block)]


def _exchange(said: Mapping[str, str]) -> tuple[LinkAsk[Any], Any]:
    """Return one step of a dialogue in plain bytes: hex, or text between quotation marks of YAML.

    ``writes: true`` marks what changes the device, ``timing: false`` chatter whose length says nothing of the clock,
    ``reply-to: nobody`` what is not answered.
    """
    if "drain-ms" in said:
        return Drain(quiet_ns=int(said["drain-ms"]) * 1_000_000), b""
    if "reply-to" in said:
        return Send(data=_octets(said, "sent")), None
    kind = WriteExchange if said.get("writes") == "true" else Exchange
    return kind(data=_octets(said, "sent"), until=len, timing=said.get("timing") != "false"), _octets(said, "reply")


def _octets(said: Mapping[str, str], name: str) -> bytes:
    text = said.get(f"{name}-text")
    return bytes.fromhex(said[name]) if text is None else text.encode("latin-1")


def _set_dialogue(model: str, moment: Golden) -> list[tuple[LinkAsk[Any], Any]] | None:
    if model in _PLAYED_ELSEWHERE:
        return None
    if "typed" in moment:
        details = {"display": "the device", "to": moment["typed"]}
        return [(AskOperatorToSet(code="set-display", details=details), "yes")]
    if "set-exchanges" in moment:
        return [_exchange(said) for said in moment["set-exchanges"]]
    if "read-exchanges" in moment:
        return None
    if "packet" in moment or "block" in moment:
        sent = WriteExchange(data=_davis_packet(moment), until=len)
        return [_WAKE, (WriteExchange(data=b"SETTIME\n", until=len, timing=False), b"\x06"), (sent, b"\x06")]
    if "read-words" in moment:
        words = _words(bytes.fromhex(moment["read-words"]))
        return [*_block_write(model, _WHERE_WRITTEN[model], words)]
    if "write" not in moment:
        return None
    if model == "instrument/scpi-clock":
        return _scpi_set(moment["write"])
    if isinstance(moment["write"], list):
        return [*_frame_writes(model, moment)]
    pointer, found = _pointer(moment), bytes.fromhex(moment.get("found", ""))
    written = (I2cWrite(pointer=pointer, data=bytes.fromhex(moment["write"])), None)
    return [(I2cRead(pointer=pointer, count=len(found), timing=False), found), written] if found else [written]


def _pointer(moment: Golden) -> bytes:
    return bytes.fromhex(moment.get("pointer", "00"))


_WAKE = (Exchange(data=b"\n", until=len, timing=False), b"\n\r")
_WHERE_READ: dict[str, tuple[int, Any]] = {
    "plc/modicon": (0x63, "holding"),
    "power/solis-rhi": (33022, "input"),
    "power/epever-tracer": (0x9013, "holding"),
    "agri/irrigation-timer": (0, "holding"),
}
_WHERE_WRITTEN = {
    "plc/modicon": 0x63,
    "power/solis-rhi": 43000,
    "power/epever-tracer": 0x9013,
    "agri/irrigation-timer": 0,
}


def _davis_packet(moment: Golden) -> bytes:
    packet = bytes.fromhex(moment.get("packet", ""))
    block = packet[:-2] or bytes.fromhex(moment["block"])
    assert packet in {b"", block + _ccitt(block)}
    return block + _ccitt(block)


def _frame_writes(model: str, moment: Golden) -> Iterator[tuple[LinkAsk[Any], Any]]:
    """Return the requests of a set, with the profile's pause between them."""
    for number, frames in enumerate(moment["write"]):
        if number and (pause_ms := int(moment.get("pause-ms", "0"))):
            yield Pause(duration_ns=pause_ms * 1_000_000), None
        yield from _frame_write(model, frames)


def _frame_write(model: str, frames: Mapping[str, str]) -> Iterator[tuple[LinkAsk[Any], Any]]:
    request = _pdu(frames["request"])
    if request[0] in {0x05, 0x06}:
        assert request == _pdu(frames.get("reply", frames["request"])), "the reply is an echo"
        address, word = _words(request[1:])
        yield (WriteRegister(address=address, word=word) if request[0] == 0x06 else _coil(address, word)), None
        return
    assert request[0] == 0x10
    assert request[5] == 2 * _number(request[3:5]) == len(request[6:])
    if "reply" in frames:
        assert request[:5] == _pdu(frames["reply"])
    yield from _block_write(model, _number(request[1:3]), _words(request[6:]))


def _coil(address: int, word: int) -> WriteCoil:
    assert word in {0x0000, 0xFF00}
    return WriteCoil(address=address, on=word == 0xFF00)


def _block_write(model: str, start: int, words: tuple[int, ...]) -> Iterator[tuple[LinkAsk[Any], Any]]:
    if model == "plc/modicon":  # the control register is the command in a set, and its state in a read
        yield WriteRegisters(start=start, words=(0x8000, *words[1:])), None
        yield ReadRegisters(start=start, count=1, timing=False), (0x6000,)
        return
    yield WriteRegisters(start=start, words=words), None


def _scpi_set(texts: list[str]) -> list[tuple[LinkAsk[Any], Any]]:
    no_error = (Query(text="SYST:ERR?", timing=False), '0,"No error"')
    date, time_of_day = texts
    return [
        no_error,
        (Query(text="SYST:TIME?", timing=False), "12,0,0"),
        (Command(text=date, timing=False), None),
        no_error,
        (Command(text=time_of_day), None),
        no_error,
    ]


Play = Callable[[Steps[Any], list[tuple[LinkAsk[Any], Any]]], Any]


def _driver(model: str, moment: Golden) -> Driver:
    return Registry().make_driver(model, moment["options"])


@pytest.mark.parametrize(("model", "moment"), list(_moments()))
def test_golden_bytes_are_read_as_their_source_says(model: str, moment: Golden, play: Play) -> None:
    driver = _driver(model, moment)
    dialogue = _read_dialogue(model, moment)
    if dialogue is not None:
        sample: ClockSample = play(driver.read_clock(), dialogue)
        assert moment["fields"] == sample.fields.as_dict()
        assert sample.unreadable is None
        assert {name for name, said in moment["flags"].items() if said} == {
            name for name, is_up in sample.flags.items() if is_up
        }
    fields = CalendarFields(**moment["fields"])
    assert parse_iso(moment["instant"]) == driver.facts.form.resolve(fields)


@pytest.mark.parametrize(("model", "moment"), list(_moments()))
def test_the_fields_of_a_golden_moment_are_written_as_its_bytes(model: str, moment: Golden, play: Play) -> None:
    driver = _driver(model, moment)
    fields = CalendarFields(**moment["fields"])
    dialogue = _set_dialogue(model, moment)
    if dialogue is not None:
        play(driver.set_clock(fields), dialogue)
    if "weekday-is-free" not in moment:
        assert fields == driver.facts.form.express(parse_iso(moment["instant"]))


@pytest.mark.parametrize("model", sorted(set(Registry().models()) - _PLAYED_ELSEWHERE))
def test_both_directions_have_golden_bytes(model: str) -> None:
    """A moment may lack one direction, a model may not."""
    moments = read_golden(model)
    assert any(_read_dialogue(model, moment) for moment in moments)
    options = next((moment["options"] for moment in moments if _set_dialogue(model, moment)), None)
    assert (options is not None) is Registry().facts(model, options or {}).can_be_set


_SCPI_RANGE_IS_AN_OPTION = {"instrument/scpi-clock"}


@pytest.mark.parametrize("model", sorted(set(Registry().models()) - _SCPI_RANGE_IS_AN_OPTION))
def test_both_ends_of_the_range_are_golden(model: str) -> None:
    instants = {moment["instant"] for moment in read_golden(model) if not moment["options"]}
    facts = Registry().facts(model)
    assert {facts.first, facts.last} <= instants


@pytest.mark.parametrize("model", Registry().models())
def test_the_turn_of_the_century_and_the_leap_day_are_golden(model: str) -> None:
    """A counting clock has no leap days of its own, so its count at the century is enough."""
    dates = {moment["instant"][:10] for moment in read_golden(model)}
    form = Registry().facts(model).form
    wanted = {"1999-12-31", "2000-01-01"} | (set() if form.counter is not None else {"2000-02-29"})
    assert {date for date in wanted if _can_say(form, date)} <= dates


def _can_say(form: ClockForm, date: str) -> bool:
    """A clock whose years begin in 2000 has no bytes for 1999."""
    try:
        form.express(parse_iso(date))
    except ValueError:
        return False
    return True


def test_the_checksums_made_here_agree_with_published_ones() -> None:
    """sigrok-dumps wizmodbus, and PyVantagePro's GETTIME reply."""
    assert bytes.fromhex("44 7B") == _crc16(bytes.fromhex("01 03 03 E8 00 02"))
    assert bytes.fromhex("60 BA") == _ccitt(bytes.fromhex("25 35 0A 07 06 70"))


def test_a_drain_is_never_part_of_a_golden_dialogue(play: Play) -> None:
    """The players used here must notice an ask too many; this one would be a Drain."""

    def asks_too_much() -> Steps[None]:
        yield Pause(duration_ns=1)
        yield Drain(quiet_ns=1)

    with pytest.raises(pytest.fail.Exception, match="goes on and asks Drain"):
        play(asks_too_much(), [(Pause(duration_ns=1), None)])
