"""Devices reached over a network with bytes of their own: the port must be said, for none is usual."""

from __future__ import annotations

import pytest

from harness.bench.links import Link, ReadLink
from harness.link.config import SocketConfig
from harness.textfile.yaml_nodes import parse_text


def read(text: str) -> tuple[ReadLink | None, list[str]]:
    sheet = parse_text(text, "bench.yaml")
    assert sheet.root is not None
    link = Link().read(sheet.root, sheet)
    return link, [mistake.says for mistake in sheet.mistakes]


def test_a_connection_and_datagrams_are_two_words() -> None:
    assert (ReadLink("tcp", SocketConfig(host="192.0.2.7", port=102)), []) == read("tcp: 192.0.2.7:102")
    assert (ReadLink("udp", SocketConfig(host="plc-3", port=9600, is_udp=True)), []) == read("udp: plc-3:9600")


@pytest.mark.parametrize("text", ["tcp: 192.0.2.7", "udp: plc-3", "udp: 'plc-3:'", "tcp: 192.0.2.7:0", "tcp: '://7:1'"])
def test_an_address_without_a_port_is_a_mistake(text: str) -> None:
    link, mistakes = read(text)
    assert link is None
    assert len(mistakes) == 1
