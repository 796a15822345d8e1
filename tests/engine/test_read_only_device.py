"""A clock that nothing is known to set is read, told so, and left alone."""

from __future__ import annotations

import json
from pathlib import Path

from harness.records import Verdict
from tests.engine.benches import bench_text, device_text, run_text


def test_no_edge_is_led_over_a_device_that_cannot_be_set(tmp_path: Path) -> None:
    ran = run_text(tmp_path, bench_text(device_text("plc", "plc/directlogic")))
    judgements = ran.of("plc")
    assert judgements
    assert {Verdict.NOT_APPLICABLE} == {judgement.verdict for judgement in judgements}
    lines = [json.loads(line) for line in next(tmp_path.glob("runs/*/journal.jsonl")).read_text("utf-8").splitlines()]
    kinds = [line["kind"] for line in lines]
    assert "intent" not in kinds
    assert "oblige" not in kinds
    assert "reading" in kinds
    assert "read-only-device" in {line["body"].get("not_applicable") for line in lines}
