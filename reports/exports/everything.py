"""All that a report is given, as one JSON object: the evidence, the facts, the judgements. For archives and programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum

from harness.judge.claims import claim_minimum, count_flakes
from reports.client.outlook import outlook
from reports.client.view import RunReport

SCHEMA = 1


def everything(report: RunReport) -> dict[str, object]:
    """Return the whole run as plain data; bytes are hexadecimal, times nanoseconds, as in the journal."""
    beyond = outlook(report.judgements, report.facts)
    return {
        "schema": SCHEMA,
        "report": report.id,
        "verdict": report.run_verdict.value,
        "evidence": _plain(report.evidence),
        "facts": _plain(report.facts),
        "judgements": _plain(report.judgements),
        "device_verdicts": _plain(report.device_verdicts),
        "rules": _plain(report.rules),
        "claim_gaps": _plain(claim_minimum(report.judgements)),
        "repeats": _plain(count_flakes(report.judgements)),
        "advice": _plain(tuple(beyond.advice.values())),
        "result_codes": [
            {"device": device, "edge": edge, "code": code} for (device, edge), code in beyond.codes.items()
        ],
    }


def json_bytes(report: RunReport) -> bytes:
    """Return it as JSON; what is not ASCII is escaped, so no reader's encoding can spoil it."""
    return json.dumps(everything(report), sort_keys=True, ensure_ascii=True, indent=1).encode() + b"\n"


def _plain(part: object) -> object:
    if isinstance(part, Enum):
        return part.value
    if is_dataclass(part) and not isinstance(part, type):
        return {field.name: _plain(getattr(part, field.name)) for field in fields(part)}
    if isinstance(part, Mapping):
        return {str(_plain(name)): _plain(inner) for name, inner in part.items()}
    if isinstance(part, tuple | list | frozenset | set):
        inner_parts = [_plain(inner) for inner in part]
        return sorted(inner_parts, key=str) if isinstance(part, frozenset | set) else inner_parts
    return part.hex() if isinstance(part, bytes) else part
