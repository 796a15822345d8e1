"""A password goes over the wire, and into nothing that is kept: records, errors, replies, dry runs."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable

import pytest

from harness.clock import VirtualClock
from harness.device.asks import Drain, Exchange, SecretExchange, until_terminator
from harness.errors import LinkError
from harness.link import secrets
from harness.link.line import Line
from harness.link.loopback import MemoryTransport
from harness.link.stream import StreamBus
from harness.records import WireRecord

SECRET = b"open-sesame-17"
ASK = SecretExchange(name="BARN_PASSWORD", until=until_terminator(b"# "))


class Wire:
    """A line whose far end answers as it is told; keeps what really went over it, and what the sink was given."""

    def __init__(self, answers: Callable[[bytes], bytes]) -> None:
        self.sent: list[bytes] = []
        self.records: list[WireRecord] = []
        self._answers = answers
        line = Line(name="console", transport=MemoryTransport(self._take), sink=self._keep, clock=VirtualClock(0))
        self.bus = StreamBus(line, lambda _name: SECRET)
        self.bus.open()

    def _take(self, sent: bytes) -> bytes:
        self.sent.append(sent)
        return self._answers(sent)

    def _keep(self, record: WireRecord) -> int:
        self.records.append(record)
        return len(self.records)


def test_the_secret_is_sent_and_a_veil_is_recorded() -> None:
    wire = Wire(lambda _sent: b"\r\nWelcome\r\n# ")
    assert b"\r\nWelcome\r\n# " == wire.bus.answer(None, ASK).value
    assert [b"open-sesame-17\r"] == wire.sent
    assert [(b"[secret]\r", b"\r\nWelcome\r\n# ")] == [(one.sent, one.received) for one in wire.records]


@pytest.mark.parametrize(
    "echo",
    [
        b"open-sesame-17\r\n# ",
        b"**************\r\n# ",
        b"open-sesa\x1b[K\r\n# ",  # in part, and rubbed out
    ],
)
def test_an_echo_reaches_neither_record_nor_driver(echo: bytes) -> None:
    wire = Wire(lambda _sent: echo)
    assert b"[secret]\n# " == wire.bus.answer(None, ASK).value
    assert [b"[secret]\n# "] == [one.received for one in wire.records]


def test_what_shows_it_later_is_veiled_too() -> None:
    wire = Wire(lambda sent: b"\r\n# " if sent.startswith(SECRET) else b"last: open-sesame-17\r\n# ")
    wire.bus.answer(None, ASK)
    reply = wire.bus.answer(None, Exchange(data=b"history open-sesame-17\r", until=until_terminator(b"# "))).value
    assert b"last: [secret]\r\n# " == reply
    assert b"history [secret]\r" == wire.records[-1].sent
    assert b"last: [secret]\r\n# " == wire.records[-1].received


@pytest.mark.parametrize("said", [b"", b"open-sesame-17", b"open-ses", b"open-sesame-17\r\nLogin incorrect\r\n"])
def test_an_error_does_not_carry_it(said: bytes) -> None:
    wire = Wire(lambda _sent: said)
    with pytest.raises(LinkError) as caught:
        wire.bus.answer(None, ASK)
    everything = f"{caught.value} {caught.value.raw!r} {wire.records!r}"
    for form in (SECRET, b"open-ses"):
        assert form.decode() not in everything
        assert form.hex() not in everything
        assert form.hex(" ") not in everything


def test_the_rest_of_an_echo_that_comes_late_is_veiled() -> None:
    late = iter([b"open-", b"sesame-17\r\n"])
    wire = Wire(lambda _sent: b"")
    transport = MemoryTransport(lambda _sent: next(late))
    wire.bus._line._transport = transport
    with pytest.raises(LinkError):
        wire.bus.answer(None, ASK)
    transport.write(b"")  # the second half arrives
    with pytest.raises(LinkError):
        wire.bus.answer(None, Exchange(data=b"", until=until_terminator(b"# ")))
    wire.bus.answer(None, Drain(quiet_ns=1))
    assert [b"[secret]", b"[secret]\n"] == [one.received for one in wire.records if one.received]


def test_a_dry_run_renders_a_veil() -> None:
    assert b"[secret]\r" == Wire(lambda _sent: b"").bus.render(None, ASK)


def test_it_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARN_PASSWORD", "open-sesame-17")
    assert SECRET == secrets.from_environment("BARN_PASSWORD")


def test_without_a_variable_and_without_a_terminal_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BARN_PASSWORD", raising=False)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(LinkError, match="BARN_PASSWORD is not set") as caught:
        secrets.from_environment("BARN_PASSWORD")
    assert caught.value.kind == "secret-missing"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_at_a_terminal_it_is_typed_once_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def typed(prompt: str) -> str:
        asked.append(prompt)
        return "open-sesame-17"

    monkeypatch.delenv("GATE_PASSWORD", raising=False)
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(secrets.getpass, "getpass", typed)
    assert [SECRET, SECRET] == [secrets.from_environment("GATE_PASSWORD") for _ in range(2)]
    assert ["GATE_PASSWORD (not shown): "] == asked
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("unusable", ["abc", "two\nlines", "bell\a!!"])
def test_one_that_could_not_be_kept_out_of_the_evidence_is_not_sent(
    monkeypatch: pytest.MonkeyPatch, unusable: str
) -> None:
    monkeypatch.setenv("BARN_PASSWORD", unusable)
    with pytest.raises(LinkError) as caught:
        secrets.from_environment("BARN_PASSWORD")
    assert caught.value.kind == "secret-unusable"
    assert unusable not in str(caught.value)
