"""YAML as nodes: text stays text, everything has a place, and nothing hostile gets through."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import pytest
import yaml

from harness.textfile import yaml_nodes
from harness.textfile.yaml_nodes import MappingNode, Mark, ScalarNode, Sheet, parse_text, read_sheet


@pytest.fixture(params=["libyaml", "pure"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a test under each of PyYAML's two parsers: a bench laptop may have only the pure one."""
    loader = yaml.CBaseLoader if request.param == "libyaml" else yaml.BaseLoader
    monkeypatch.setattr(yaml_nodes, "_LOADER", loader)
    return str(request.param)


def places(sheet: Sheet) -> list[str]:
    return [f"{mistake.line}:{mistake.column} {mistake.says}" for mistake in sorted(sheet.mistakes)]


@pytest.mark.parametrize(
    "written",
    [
        "23:59",
        "23:59:50",
        "00:00:10",
        "1999-12-31",
        "1999-12-31 23:59",
        "1999-12-31 23:59:00",
        "2001-02-29",
        "0000-01-01",
        *("10000-01-01", "010", "no", "on", "0x68", "1e3", ".inf", "~", "null", "=", "1_000", "0b11", "12:30:45.5"),
    ],
)
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_a_scalar_means_the_same_quoted_or_not(parser: str, written: str, quote: str) -> None:
    """PyYAML's safe loader makes numbers, dates and booleans of these, and stops with a bare ValueError at two."""
    sheet = parse_text(f"at: {quote}{written}{quote}\n", "plan.yaml")
    assert sheet.mistakes == []
    assert isinstance(sheet.root, MappingNode)
    assert sheet.root.entries[0][1] == ScalarNode(written, Mark(1, 5))


def test_columns_count_characters_and_not_bytes(parser: str) -> None:
    sheet = parse_text("{é: ü, ça: x}\n", "f")
    assert isinstance(sheet.root, MappingNode)
    assert [key.mark for key, _ in sheet.root.entries] == [Mark(1, 2), Mark(1, 8)]


def test_a_tab_a_duplicate_key_and_a_broken_line_are_all_named_in_one_pass(parser: str) -> None:
    text = "a: 1\n\tb: 2\nc: x: y\nd: 3\nd: 4\n"
    assert places(parse_text(text, "f")) == [
        "2:1 a tab; YAML indents with spaces",
        "3:5 a ':' that cannot stand here; quote the text, or look at the indentation of this line",
        "5:1 'd' is written twice; first in line 4",
    ]


def test_places_after_a_tab_are_those_of_the_file_as_written(parser: str) -> None:
    sheet = parse_text("a:\n\tb: 1\n\tb: 2\n\t\tc: 3\n", "f")
    assert "3:2 'b' is written twice; first in line 2" in places(sheet)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: &x 1\n", "1:4 an anchor, '&x'; anchors and aliases are not used here"),
        ("a: *x\n", "1:4 an alias, '*x'; write the content out"),
        ("a: 1\n<<: {b: 2}\n", "2:1 a merge key, '<<'; write the content out"),
        (
            "a: !!python/name:os.system x\n",
            "1:4 a tag, 'tag:yaml.org,2002:python/name:os.system'; tags are not used here",
        ),
        ("a: !secret x\n", "1:4 a tag, '!secret'; tags are not used here"),
        ("a: 1\n---\nb: 2\n", "2:1 a second document begins"),
        ("[a, b]: 1\n", "1:1 a list or mapping stands where a key should be"),
        ("a: 'x\nb: 2\n", "1:4 what begins here has no end (while scanning a quoted scalar)"),
        ("a: [1,\nb: 2\n", "1:4 what begins here has no end (while parsing a flow sequence)"),
        ("a: 1\nb:\t2\n", "2:3 a tab; write a space"),
        ("a: \x1b[31m\n", "1:4 a character that may not stand here, U+001B"),
        ("a: x\u202ey\n", "1:5 a character that may not stand here, U+202E"),
        ("serial-number: 1\nserial_number: 2\n", "2:1 'serial_number' is written twice; first in line 1"),
        ("", "1:1 the file is empty"),
        ("# nothing\n", "1:1 the file is empty"),
        ("[" * 20_000, "1:33 nested more than 32 deep"),
        ("a: " + "x" * 20_000, "1:4 a text of 20000 characters"),
    ],
)
def test_what_a_bench_has_no_use_for_is_refused_with_its_place(parser: str, text: str, place: str) -> None:
    assert places(parse_text(text, "f"))[0] == place


def test_a_tab_in_a_comment_line_does_no_harm(parser: str) -> None:
    assert parse_text("a: 1\n#\tnote\n\t# note\nb: 2\n", "f").mistakes == []


def test_a_byte_that_is_not_utf_8_has_a_place(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes(b"title: x\nnote: caf\xe9\n")
    assert places(read_sheet(path)) == ["2:10 not UTF-8 text; save the file as UTF-8"]


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    """Notepad writes one."""
    path = tmp_path / "plan.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    sheet = read_sheet(path)
    assert sheet.mistakes == []
    assert isinstance(sheet.root, MappingNode)
    assert [key.mark for key, _ in sheet.root.entries] == [Mark(1, 1), Mark(2, 1)]


@pytest.mark.parametrize("name", ["missing.yaml", ".", "/dev/zero", "a\0b"])
def test_what_is_no_file_is_a_mistake_and_not_a_crash(tmp_path: Path, name: str) -> None:
    sheet = read_sheet(tmp_path / name)
    assert [(mistake.line, mistake.column) for mistake in sheet.mistakes] == [(1, 1)]
    assert sheet.root is None


_MIB = 1 << 20
HOSTILE = {
    "values": "- a\n" * (_MIB // 4),
    "comment": "#" * _MIB,
    "scalar": "a: " + "b" * (_MIB - 3),
    "brackets": "[" * _MIB,
    "braces": "{" * _MIB,
    "duplicates": "a: b\n" * (_MIB // 5),
    "tabs": "\ta: b\n" * (_MIB // 6),
    "quotes": '"' * _MIB,
    "colons": ": " * (_MIB // 2),
    "questions": "? " * (_MIB // 2),
    "control": "\x01\n" * (_MIB // 2),
    "aliases": "[" + "*a," * (_MIB // 3),
    "open-lists": "- [{\n" * (_MIB // 5),
    "broken-lines": "a: b: c\n" * (_MIB // 8),
    "block-text": "a: |\n" + " x\n" * (_MIB // 3 - 2),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mebibyte_costs_little_time_and_memory(name: str) -> None:
    """The goal is 1 s and 200 MB; none of these takes over 0.7 s of CPU time unless a coverage tracer looks on."""
    text = HOSTILE[name]
    started_seconds = time.process_time()
    sheet = parse_text(text, "f")
    assert time.process_time() - started_seconds < 4
    assert sheet.mistakes != []
    tracemalloc.start()
    try:
        parse_text(text[: _MIB // 8], "f")
        assert tracemalloc.get_traced_memory()[1] < 25_000_000
    finally:
        tracemalloc.stop()


def test_a_file_over_one_mebibyte_is_not_parsed(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text("#" * (_MIB + 1), encoding="utf-8")
    assert places(read_sheet(path)) == ["1:1 the file is larger than 1048576 bytes"]
