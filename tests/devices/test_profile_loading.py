"""A profile's mistakes are found where they stand, and nothing is guessed."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

import devices
from devices.profiles.loader import load_profile, parse_profile
from devices.profiles.schema import SCHEMA_PATH, schema_text
from harness.errors import BenchError

ROOT = Path(devices.__file__).parent
SHIPPED = [*sorted(ROOT.glob("*/*/profile.yaml")), ROOT / "profiles" / "example.yaml"]

PLAIN = """\
profile: 1
id: agri/my-clock
maker: M
model: C
certainty: experimental
sources: [a plate]
read:
  fields:
    year: {address: 0}
    month: {address: 1}
    day: {address: 2}
    hour: {address: 3}
    minute: {address: 4}
    second: {address: 5}
write: {style: block}
year: {form: window, base: 1970}
identity: {means: operator}
"""


def mistakes_in(text: str) -> list[str]:
    with pytest.raises(BenchError) as wrong:
        parse_profile(text, "p.yaml")
    return [str(mistake) for mistake in wrong.value.mistakes]


def test_the_plain_profile_is_sound() -> None:
    """The tests below each break one thing in it, so it must have nothing else wrong."""
    assert parse_profile(PLAIN, "p.yaml").id == "agri/my-clock"


@pytest.mark.parametrize(
    ("written", "instead", "mistake"),
    [
        ("maker: M", "makr: M", "p.yaml:3:1: there is no key 'makr' here; did you mean 'maker'?"),
        ("maker: M\n", "", "p.yaml:1:1: 'maker' is missing"),
        (
            "{address: 5}",
            "{adress: 5}",
            "p.yaml:14:14: there is no key 'adress' here; did you mean 'address'?",
        ),
        ("{address: 5}", "{address: 65536}", "p.yaml:14:23: read.fields.second.address: Input should be less than"),
        ("{address: 5}", "{address: -1}", "p.yaml:14:23: read.fields.second.address: Input should be greater than"),
        (
            "{address: 5}",
            "{address: five}",
            "p.yaml:14:23: read.fields.second.address: Input should be a valid integer",
        ),
        ("{address: 5}", "{address: 4}", "p.yaml:8:3: read: second and minute share register 4"),
        ("{address: 5}", "{address: 200}", "p.yaml:8:3: read: the registers lie too far apart"),
        ("{address: 5}", "{address: 6}", "p.yaml:1:1: register 5 lies inside the block"),
        ("    day: {address: 2}\n", "", "p.yaml:8:3: read: the clock has no day"),
        ("    day:", "    dya:", "p.yaml:11:10: read.fields.dya: Input should be 'year'"),
        ("style: block", "style: blok", "p.yaml:15:16: write.style: Input should be 'block'"),
        ("style: block", "style: mailbox", "p.yaml:15:8: write: a mailbox needs a 'trigger'"),
        ("style: block", "style: block, pause-ms: 5", "p.yaml:15:8: write: one block has no pause in it"),
        ("style: block", "style: block, order: [year]", "p.yaml:15:8: write: only singles have an 'order'"),
        ("style: block", "style: singles, order: [year]", "p.yaml:1:1: 'order' names every field"),
        ("style: block", "style: block, counter-address: 1", "p.yaml:1:1: 'counter-address' is for a counter"),
        ("style: block", "style: singles, order: [year, year, month]", "p.yaml:1:1: 'order' names every field"),
        ("style: block", "style: mailbox, trigger: {}", "p.yaml:15:34: write.trigger: a trigger is either"),
        ("{address: 5}", "{address: 5, part: low}", "p.yaml:1:1: the high byte of register 5 would be written"),
        ("{address: 5}", "{address: 5}\n    weekday: {address: 6}", "p.yaml:1:1: a weekday field and the 'weekday'"),
        ("{address: 5}", "{address: 5}\n    century: {address: 6}", "p.yaml:1:1: a century field and"),
        (
            "  fields:\n",
            "  counter: {address: 9, order: low-first}\n  fields:\n",
            "p.yaml:8:3: read: a clock is either",
        ),
        (
            "style: block",
            "style: block, fields: {year: {address: 0}, month: {address: 1}, weekday: {address: 2}}",
            "p.yaml:1:1: weekday is written but never read back",
        ),
        (
            "style: block",
            "style: block, fields: {year: {address: 0}, month: {address: 1}}",
            "p.yaml:1:1: day, hour, minute, second is read but never written",
        ),
        ("style: block", "style: block, fields: {}", "p.yaml:15:8: write: there is no register to write"),
        ("base: 1970", "span: 9", "p.yaml:16:7: year: 'fixed' and 'window' need a 'base'"),
        ("form: window", "form: fixed", "p.yaml:16:7: year: 'fixed' needs a 'span'"),
        ("year: {form: window, base: 1970}", "year: {form: digits}", "p.yaml:1:1: every clock states its 'range'"),
        ("year: {form: window, base: 1970}\n", "", "p.yaml:1:1: a clock of fields needs a 'year' form"),
        ("means: operator", "means: model", "p.yaml:17:11: identity: 'means: operator' is for a device that tells"),
        ("means: operator", "means: serial-number", "p.yaml:17:11: identity: 'means: serial-number' and a"),
        ("model: C", "model: C\nmodel: D", "p.yaml:5:1: 'model' is written twice; first in line 4"),
        ("sources: [a plate]", "sources: []", "p.yaml:6:10: sources: Tuple should have at least 1 item"),
        ("profile: 1", "profile: 2", "p.yaml:1:10: profile: Input should be 1"),
        ("id: agri/my-clock", "id: my clock", "p.yaml:2:5: id: String should match pattern"),
    ],
)
def test_a_mistake_is_named_where_it_stands(written: str, instead: str, mistake: str) -> None:
    assert PLAIN.count(written) == 1
    found = mistakes_in(PLAIN.replace(written, instead))
    assert any(one.startswith(mistake) for one in found), found


COUNTER = """\
profile: 1
id: agri/my-clock
maker: M
model: C
certainty: experimental
sources: [a plate]
read: {counter: {address: 0, order: high-first}}
write: {style: block}
range: {first: "1970-01-01", last: "2038-01-19 03:14:07"}
identity: {means: operator}
"""


@pytest.mark.parametrize(
    ("written", "instead", "mistake"),
    [
        ("style: block", "style: block, year-minus: 2000", "p.yaml:1:1: a counter is written as one count"),
        ("identity:", "year: {form: digits}\nidentity:", "p.yaml:1:1: a clock of fields needs a 'year' form"),
        ("identity:", "weekday: sunday-1\nidentity:", "p.yaml:1:1: a counter has no weekday"),
        ("order: high-first", "bits: 32", "p.yaml:7:17: 'order' is missing"),
        ("order: high-first", "order: high-first, bits: 24", "p.yaml:7:55: read.counter.bits: Input should be 16, 32"),
        ("order: high-first", "order: high-first, epoch: 1970-02-30", "p.yaml:7:56: read.counter.epoch: "),
        (
            "means: operator",
            "means: serial-number, registers: [{name: a, address: 1}], serial-number: b",
            "p.yaml:10:11: identity: no identity register is named 'b'",
        ),
    ],
)
def test_a_counters_mistake_is_named_where_it_stands(written: str, instead: str, mistake: str) -> None:
    assert parse_profile(COUNTER, "p.yaml").id == "agri/my-clock"
    assert COUNTER.count(written) == 1
    found = mistakes_in(COUNTER.replace(written, instead))
    assert any(one.startswith(mistake) for one in found), found


def test_every_mistake_of_a_file_is_told_at_once() -> None:
    found = mistakes_in(PLAIN.replace("maker: M", "makr: M").replace("style: block", "style: blok"))
    assert len(found) == 3


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("", "p.yaml:1:1: "),
        ("[]", "p.yaml:1:1: "),
        ("just words", "p.yaml:1:1: "),
        ("a: [1", "p.yaml:1:"),
        ("a: &x 1\nb: *x", "p.yaml:1:4: an anchor"),
    ],
)
def test_what_is_no_profile_is_refused(text: str, mistake: str) -> None:
    assert mistakes_in(text)[0].startswith(mistake)


def test_a_file_that_is_not_there_is_a_mistake() -> None:
    with pytest.raises(BenchError):
        load_profile(Path("no-such-profile.yaml"))


def test_a_date_that_does_not_exist_is_no_range() -> None:
    text = PLAIN.replace("form: window, base: 1970", "form: digits")
    (mistake,) = mistakes_in(text + 'range: {first: "1999-02-29", last: "2099-12-31"}\n')
    assert mistake.startswith("p.yaml:18:16: range.first: ")
    (mistake,) = mistakes_in(text + 'range: {first: "2099-12-31", last: "1999-12-31"}\n')
    assert mistake.startswith("p.yaml:18:8: range: 'first' is not before 'last'")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_shipped_profiles_are_sound(path: Path) -> None:
    assert load_profile(path).sources


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_shipped_profiles_satisfy_the_schema(path: Path) -> None:
    """An editor that follows the schema must not underline what the bench accepts."""
    jsonschema.validate(_as_an_editor_sees(path.read_text(encoding="utf-8")), json.loads(schema_text()))


def _as_an_editor_sees(text: str) -> object:
    class TextDates(yaml.SafeLoader):
        """YAML 1.2 has no timestamps."""

    TextDates.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return yaml.load(text, TextDates)  # noqa: S506 - a safe loader, less dates


def test_the_schema_refuses_an_unknown_key() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(_as_an_editor_sees(PLAIN.replace("maker", "makr")), json.loads(schema_text()))


def test_the_schema_in_the_folder_is_the_models() -> None:
    """``python -m devices.profiles.schema`` writes it."""
    assert SCHEMA_PATH.read_text(encoding="utf-8") == schema_text()
