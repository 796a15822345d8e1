"""``year-2000-quick`` in virtual time on every model: each crossing conforms, or states the documented limit.

A person's own eyes are no wire: ``manual`` has no simulator and is left to the tests of its driver.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from devices.registry import MANUAL, Registry
from harness.journal.evidence import read_run
from harness.records import Verdict
from tests.engine.benches import bench_text, device_text, run_text

PLAN = Path(__file__).parents[2] / "testplans" / "year-2000-quick.yaml"
REGISTRY = Registry()
MODELS = sorted(set(REGISTRY.models()) - {MANUAL})

# What a site must have, or choose, for a clock to be set at all, or to be in the century that the plan is about.
CHOSEN = {
    "climate/enervent-eda": {"mailbox": 582},
    "plc/directlogic": {"mailbox": 0o2000},
    "plc/schneider-sw-block": {"mailbox": 76},
}
# The reason of every crossing that is not applicable, by model: the range that the device's own manual gives it, or no
# way to set it. A model that is not named here has no such crossing.
FROM_2000 = {"outside-range": 4}  # nothing before 2000 can be held, so the rollover itself cannot be led up to
READ_ONLY = {"read-only-device": 25}
NOT_APPLICABLE = {
    "agri/irrigation-timer": FROM_2000,  # a DS1307 behind it, read as 2000 to 2099
    "agri/plant-lighting": READ_ONLY,
    "climate/enervent-eda": FROM_2000,
    "gps/nmea-receiver": READ_ONLY,
    "instrument/icp-das-dl303": FROM_2000,
    "plc/delta-dvp": FROM_2000,
    "plc/directlogic": FROM_2000,
    "plc/siemens-logo-0ba6": FROM_2000,
    "power/accuenergy-acurev": FROM_2000,
    "power/deif-sgc-410": READ_ONLY,
    "power/deye": FROM_2000,
    "power/electrex-x3m": {"outside-range": 25},  # 2004 to 2099
    "power/epever-tracer": FROM_2000,
    "power/foxess": READ_ONLY,
    "power/generac-evolution": READ_ONLY,
    "power/growatt": FROM_2000,
    "power/socomec-ups": FROM_2000,
    "power/solis-rhi": FROM_2000,
}
# A clock of minutes whose default date is not known may have come up at 2001-01-01 just then: that is no proof.
NOT_PROVEN = {
    "climate/enervent-eda": {"could-be-default-date"},
    "plc/siemens-logo-0ba6": {"could-be-default-date"},
}


@pytest.mark.parametrize("model", MODELS)
def test_every_crossing_conforms_or_states_its_limit(model: str, tmp_path: Path) -> None:
    options = ", ".join(f"{name}: {chosen}" for name, chosen in CHOSEN.get(model, {}).items())
    bench = bench_text(device_text("one", model, rest=f"options: {{{options}}}" if options else ""))
    ran = run_text(tmp_path, bench, PLAN.read_text(encoding="utf-8"))
    assert ran.outcome.owed == ()
    judged = ran.of("one")
    assert 25 == len(judged), "five edges, five ways"
    reasons = Counter(one.not_applicable for one in read_run(ran.outcome.folder).crossings if one.not_applicable)
    assert NOT_APPLICABLE.get(model, {}) == reasons
    doubts = {
        finding.code
        for one in judged
        for finding in one.findings
        if finding.verdict in {Verdict.NOT_DETERMINED, Verdict.DOES_NOT_CONFORM}
    }
    assert NOT_PROVEN.get(model, set()) == doubts


@pytest.mark.parametrize("model", NOT_APPLICABLE)
def test_a_limit_that_leaves_crossings_out_is_one_the_facts_document(model: str) -> None:
    facts = REGISTRY.facts(model, CHOSEN.get(model, {}))
    if NOT_APPLICABLE[model] is READ_ONLY:
        assert not facts.can_be_set
        assert facts.limits, "why it cannot be set is nowhere said"
    else:
        assert facts.first >= "2000-01-01"


def test_every_limit_is_of_a_model_that_exists() -> None:
    assert set(NOT_APPLICABLE) | set(NOT_PROVEN) | set(CHOSEN) <= set(MODELS)
