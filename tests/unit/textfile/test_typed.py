"""What words mean: numbers, flags, durations, choices, and what is said of those that mean nothing."""

from __future__ import annotations

from typing import Any

import pytest

from harness.textfile.nearest import nearest_word
from harness.textfile.record import Key, read_record, record_schema
from harness.textfile.show import shown
from harness.textfile.typed import Choice, Duration, Flag, Kind, ListOf, TableOf, Text, Whole, spell_duration
from harness.textfile.yaml_nodes import MappingNode, parse_text

DURATION = Duration(-86_400_000_000_000, 86_400_000_000_000)
WHOLE = Whole(-10, 1000)


def read(kind: Kind[Any], written: str) -> tuple[Any, list[str]]:
    """Return what a text under a key means, and what is said of it."""
    sheet = parse_text(f"k: {written}\n", "f")
    assert isinstance(sheet.root, MappingNode)
    return kind.read(sheet.root.entries[0][1], sheet), [str(mistake) for mistake in sheet.mistakes]


@pytest.mark.parametrize(
    ("kind", "written", "meaning"),
    [
        (WHOLE, "10", 10),
        (WHOLE, "010", 10),  # PyYAML says 8
        (WHOLE, "'010'", 10),
        (WHOLE, "0x63", 99),
        (WHOLE, "0X0a", 10),
        (WHOLE, "-3", -3),
        (Flag(), "yes", True),
        (Flag(), "No", False),
        (Flag(), "true", True),
        (Flag(), "off", False),
        (DURATION, "60 s", 60_000_000_000),
        (DURATION, "60s", 60_000_000_000),
        (DURATION, "500 ms", 500_000_000),
        (DURATION, "2 min", 120_000_000_000),
        (DURATION, "1 h", 3_600_000_000_000),
        (DURATION, "1 d", 86_400_000_000_000),
        (DURATION, "1.5 s", 1_500_000_000),
        (DURATION, "-37 s", -37_000_000_000),
        (Choice(("running", "silent"), "variant"), "silent", "silent"),
        (Text(), "'a b'", "a b"),
        (Text(), "23:59", "23:59"),
        (ListOf(WHOLE, "numbers"), "[1, 2]", (1, 2)),
        (TableOf(Text(), WHOLE, "numbers"), "{a: 1}", {"a": 1}),
    ],
)
def test_a_word_means_what_a_person_means_by_it(kind: Kind[Any], written: str, meaning: object) -> None:
    assert read(kind, written) == (meaning, [])


@pytest.mark.parametrize(
    ("kind", "written", "said"),
    [
        (WHOLE, "1.5", "f:1:4: '1.5' is not a whole number; expected -10 to 1000"),
        (WHOLE, "0b11", "f:1:4: '0b11' is not a whole number; expected -10 to 1000"),
        (WHOLE, "1001", "f:1:4: 1001 is out of range; expected -10 to 1000"),
        (WHOLE, "9" * 30, f"f:1:4: '{'9' * 30}' is not a whole number; expected -10 to 1000"),
        (WHOLE, "٣", "f:1:4: '٣' is not a whole number; expected -10 to 1000"),
        (WHOLE, "[1]", "f:1:4: a list stands here; expected -10 to 1000"),
        (WHOLE, "", "f:1:3: nothing is written here; expected -10 to 1000"),
        (Whole(0x08, 0x77, is_hex=True), "0x78", "f:1:4: 0x78 is out of range; expected 0x08 to 0x77"),
        (Flag(), "maybe", "f:1:4: 'maybe' is neither; expected yes or no"),
        (DURATION, "60", "f:1:4: '60' has no unit; expected a duration in ms, s, min, h or d, such as 60 s"),
        (
            DURATION,
            "3 weeks",
            "f:1:4: the unit 'weeks' is not known; expected a duration in ms, s, min, h or d, such as 60 s",
        ),
        (DURATION, "23:59:50", "f:1:4: '23:59:50' is not a duration; expected a duration such as 60 s or 2 min"),
        (DURATION, "2 d", "f:1:4: 2 d is out of range; expected -1 d to 1 d"),
        (
            Choice(("running", "silent"), "variant"),
            "silnt",
            "f:1:4: 'silnt' is no variant; expected one of running, silent; did you mean 'silent'?",
        ),
        (Text(3), "abcd", "f:1:4: a text of 4 characters; expected at most 3"),
        (Text(), r'"a\e[31m"', r"f:1:4: a control character in 'a\x1b[31m'; expected printable characters"),
        (ListOf(WHOLE, "numbers"), "1", "f:1:4: '1' stands here; expected a list of numbers"),
        (ListOf(WHOLE, "numbers", fewest=1), "[]", "f:1:4: a list of 0; expected 1 to 1000 numbers"),
        (TableOf(Text(), WHOLE, "numbers", fewest=1), "{}", "f:1:4: nothing is named here; expected numbers by name"),
        (TableOf(Text(), WHOLE, "numbers"), "[]", "f:1:4: a list stands here; expected numbers by name"),
    ],
)
def test_a_word_that_means_nothing_is_answered_with_what_was_expected(kind: Kind[Any], written: str, said: str) -> None:
    meaning, mistakes = read(kind, written)
    assert mistakes == [said]
    assert not meaning  # None, or a container without the refused item


@pytest.mark.parametrize(
    ("duration_ns", "spelled"),
    [
        (0, "0 ms"),
        (500_000_000, "500 ms"),
        (90_000_000_000, "90 s"),
        (120_000_000_000, "2 min"),
        (-3_600_000_000_000, "-1 h"),
    ],
)
def test_a_duration_is_spelled_in_its_largest_whole_unit(duration_ns: int, spelled: str) -> None:
    assert spell_duration(duration_ns) == spelled


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("bauds", "baud"),
        ("Serial", "serial"),
        ("serial_numbr", "serial-number"),
        ("davis", "agri/davis-vantage"),
        ("zzz", ""),
        ("x" * 10_000, ""),
        ("", ""),
    ],
)
def test_the_nearest_word_is_offered_only_when_it_is_near(written: str, near: str) -> None:
    assert nearest_word(written, ["baud", "serial", "serial-number", "agri/davis-vantage"]) == near


def test_a_record_names_unknown_and_missing_keys_and_keeps_defaults() -> None:
    size = Key("size", WHOLE, "how large", required=True)
    speed = Key("top-speed", WHOLE, "how fast", default=7)
    sheet = parse_text("colour: 3\n", "f")
    assert sheet.root is not None
    record = read_record(sheet.root, sheet, (size, speed), "a thing")
    assert record is not None
    assert record.get(speed) == 7
    assert [str(mistake) for mistake in sheet.mistakes] == [
        "f:1:1: 'colour' is no key of a thing; expected one of size, top-speed",
        "f:1:1: 'size' is missing from a thing; expected how large",
    ]


def test_a_key_that_is_merely_mistyped_is_not_called_missing_too() -> None:
    sheet = parse_text("sise: 3\n", "f")
    assert sheet.root is not None
    read_record(sheet.root, sheet, (Key("size", WHOLE, "how large", required=True),), "a thing")
    assert [mistake.nearest for mistake in sheet.mistakes] == ["size"]


def test_nothing_is_called_missing_from_a_file_that_could_not_be_read_whole() -> None:
    """What is missing may have stood in the line that was taken out."""
    size = Key("size", WHOLE, "how large", required=True)
    sheet = parse_text("a: b: c\nother: 1\n", "f")
    assert sheet.root is not None
    read_record(sheet.root, sheet, (size,), "a thing")
    assert not any("missing" in mistake.says for mistake in sheet.mistakes)


def test_a_schema_takes_keys_with_either_joint() -> None:
    schema = record_schema([Key("top-speed", Flag(), "how fast", required=True)])
    assert schema["properties"] == {
        name: {
            "description": "how fast",
            "anyOf": [{"type": "boolean"}, {"enum": ["yes", "no", "true", "false", "on", "off"]}],
        }
        for name in ("top-speed", "top_speed")
    }
    assert schema["required"] == ["top-speed"]


def test_shown_text_cannot_steer_a_terminal() -> None:
    assert shown("a\x1b[2J\u202e\n") == r"a\x1b[2J\u202e\n"
    assert shown("x" * 100) == "x" * 60 + "..."
