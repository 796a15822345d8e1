"""Plans and benches torn up at random: the readers answer with mistakes that have a place, or not at all.

3,000 mutations run by default. ``ROLLOVER_FUZZ=1000000`` runs that many; ``ROLLOVER_FUZZ_SEED`` starts elsewhere.
"""

from __future__ import annotations

import builtins
import io
import os
import random
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.bench.catalogue import ModelCatalogue
from harness.bench.loader import read_bench
from harness.calendar.edges import load_edges
from harness.errors import BenchError, FileError, Mistake, PlanError
from harness.plan.loader import read_plan

ROUNDS = int(os.environ.get("ROLLOVER_FUZZ", "3000"))
SEED = int(os.environ.get("ROLLOVER_FUZZ_SEED", "1999"))
TESTPLANS = Path(__file__).parents[3] / "testplans"
TEXTS = {
    pattern: [path.read_text(encoding="utf-8") for path in sorted(TESTPLANS.glob(pattern))]
    for pattern in ("*.yaml", "benches/*.yaml")
}
SHIPPED = {
    "agri/davis-vantage": ("serial",),
    "rtc/ds1307": ("i2c",),
    "plc/modicon": ("modbus",),
    "power/solis-rhi": ("modbus",),
    "instrument/scpi-clock": ("scpi",),
}
PIECES = (
    *(
        "\t",
        "\n",
        " ",
        "  ",
        ":",
        ": ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        ",",
        "#",
        "&a ",
        "*a",
        "<<: ",
        "!!python/object:os.system ",
        "!x ",
    ),
    *(
        "'",
        '"',
        "|",
        ">",
        "%",
        "@",
        "`",
        "?",
        "---\n",
        "...\n",
        "%YAML 1.1\n",
        "\\",
        "\0",
        "\x1b",
        "\x85",
        "\u2028",
        "\ufeff",
        "\ud7ff",
    ),
    *(
        "é",
        "٣",
        "🕛",
        "0x",
        "-1",
        "9" * 40,
        "1e9",
        "~",
        "null",
        "yes",
        "2001-02-29",
        "0000-01-01",
        "99999-12-31",
        "23:59",
    ),
    *(
        "../../etc/passwd",
        "/dev/zero",
        "spy:///tmp/x",
        "manual",
        "operator",
        "supply.1",
        "tag",
        "title",
        "edges",
        "devices",
    ),
    *("[" * 50, "{a: " * 50, '"\\ud800"', '"\\UFFFFFFFF"', '"\\x00"', "a: " * 20),
)


def mutated(text: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice((0, 0, 1, 3, 12, 60)))
        other = chance.randrange(len(text) + 1)
        piece = chance.choice((chance.choice(PIECES), "", text[other : other + 40]))
        text = text[:start] + piece + text[end:]
    return text


def mistakes_of(read: Callable[[], object], error: type[FileError]) -> list[Mistake]:
    """Return the mistakes found; anything else that is raised fails the test."""
    try:
        read()
    except error as caught:
        return caught.mistakes or [Mistake("refused without a mistake", 0, 0, "")]
    return []


def outcome(read: Callable[[], object], error: type[FileError]) -> str:
    """Return ``read`` or ``refused``, after a look at every mistake."""
    mistakes = mistakes_of(read, error)
    for mistake in mistakes:
        assert mistake.line >= 1
        assert mistake.column >= 1
        assert str(mistake).isprintable()
    return "refused" if mistakes else "read"


@pytest.fixture
def closed_world(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every way out of the process fail: a file, a port, a child."""
    load_edges()

    def refuse(*what: Any, **how: Any) -> Any:
        raise AssertionError(f"something was opened or run: {what}")

    for where, name in (
        (builtins, "open"),
        (io, "open"),
        (os, "open"),
        (os, "system"),
        (socket, "socket"),
        (subprocess, "Popen"),
    ):
        monkeypatch.setattr(where, name, refuse)


def test_mutated_files_are_read_or_refused_and_open_nothing(closed_world: None, catalogue: ModelCatalogue) -> None:
    chance = random.Random(SEED)  # noqa: S311 - no secret
    texts = [text for group in TEXTS.values() for text in group]
    catalogue.links.update(SHIPPED)  # type: ignore[attr-defined]  # the fake's own
    outcomes = {"read": 0, "refused": 0}
    for _ in range(ROUNDS):
        text = mutated(chance.choice(texts), chance)
        outcomes[outcome(lambda text=text: read_plan(text, Path("p.yaml")), PlanError)] += 1
        outcomes[outcome(lambda text=text: read_bench(text, Path("b.yaml"), catalogue), BenchError)] += 1
    assert outcomes["refused"] > ROUNDS
    assert outcomes["read"] > 0


@settings(max_examples=200, deadline=None, derandomize=True)
@given(text=st.text(alphabet=st.sampled_from("ab:-[]{}#&*!|>'\"%@?,\t\n \\<=~0é"), max_size=60))
def test_any_short_text_is_refused_with_a_place(text: str) -> None:
    assert outcome(lambda: read_plan(text, Path("p.yaml")), PlanError) == "refused"
