"""A sample run built by hand: three devices, two edges, five variants; one bug, one open question, one date out of range."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from harness.calendar.century import CenturyRule
from harness.calendar.counters import Counter
from harness.calendar.fields import CalendarFields
from harness.calendar.form import SUNDAY_1, ClockForm
from harness.calendar.gregorian import iso
from harness.device.facts import Certainty, DeviceFacts, IdentityMeans
from harness.journal.bodies import facts_body
from harness.judge.pd2000 import RuleVerdict
from harness.records import (
    CrossingEvidence,
    DeviceEvidence,
    Finding,
    Incident,
    Judgement,
    PowerRecord,
    Question,
    Reading,
    Role,
    RunEvidence,
    SetRecord,
    Variant,
    Verdict,
)
from reports.client.view import RunReport

SECOND = 1_000_000_000
MS = 1_000_000
Y2K = 946_684_800  # 2000-01-01 00:00:00
LEAP = 951_782_400  # 2000-02-29 00:00:00
HEAD = "9f2c4a1d7be0835566aa01f39cd8e2417709b3dd52c6f8810e4ab35792ddc0fe"
QUESTIONS = {
    Variant.SET_AFTER: Question.SET,
    Variant.RUNNING: Question.PROGRESS,
    Variant.SILENT: Question.PROGRESS,
    Variant.UNPOWERED: Question.RETAIN,
    Variant.RETAINED: Question.RETAIN,
}

RTC = DeviceFacts(
    id="rtc/ds1307",
    maker="Dallas Semiconductor",
    model="DS1307",
    form=ClockForm(century=CenturyRule.window(1970), weekday=SUNDAY_1),
    first="1970-01-01",
    last="2069-12-31 23:59:59",
    identity=IdentityMeans.FINGERPRINT,
    links=("i2c",),
    certainty=Certainty.VERIFIED,
    sources=("DS1307 datasheet",),
    divider_resets=True,
)
PLC = DeviceFacts(
    id="plc/modicon",
    maker="Modicon",
    model="Micro TSX 37",
    form=ClockForm(century=CenturyRule.digits(1990, 2089)),
    first="1990-01-01",
    last="2089-12-31 23:59:59",
    identity=IdentityMeans.SERIAL_NUMBER,
    links=("modbus",),
    certainty=Certainty.OBSERVED,
    sources=("TSX Micro manual",),
)
FEEDER = DeviceFacts(
    id="agri/feeder",
    maker="Agritec",
    model="F-200",
    form=ClockForm(counter=Counter(epoch="2000-01-01", bits=32)),
    first="2000-01-01",
    last="2136-02-07 06:28:15",
    identity=IdentityMeans.MODEL,
    links=("modbus",),
    certainty=Certainty.EXPERIMENTAL,
    sources=("F-200 protocol sheet",),
)


def express(facts: DeviceFacts, seconds: int) -> CalendarFields:
    return facts.form.express(seconds)


def read(number: int, role: Role, at_ns: int, fields: CalendarFields) -> Reading:
    return Reading(
        role=role,
        fields=fields,
        flags={},
        raw=bytes.fromhex("00 59 23"),
        unreadable=None,
        sent_ns=at_ns,
        received_ns=at_ns + 14 * MS,
        exchanges=(number,),
    )


def crossing(
    number: int,
    device: str,
    facts: DeviceFacts,
    edge: tuple[str, int],
    variant: Variant,
    *,
    wrong: bool = False,
    polls: int = 6,
) -> CrossingEvidence:
    """Build a crossing by a clock that is sound, or that falls back to 1900 at the edge."""
    start_ns = number * 200 * SECOND
    lead = -5 if variant is Variant.SET_AFTER else 60
    target = edge[1] - lead
    record = number * 100
    done = SetRecord(
        target=target,
        fields=express(facts, target),
        sent_ns=start_ns,
        received_ns=start_ns + 12 * MS,
        outcome="acknowledged",
        exchanges=(record,),
    )
    times = [0.3] if variant is Variant.SET_AFTER else [0.3, 20.4, 40.4, 58.6]
    if variant in {Variant.SILENT, Variant.UNPOWERED}:
        times = [0.3, 3.1]
    end = 6.0 if variant is Variant.SET_AFTER else 70.0
    times += [61.2 + 8.5 * step / polls if end > 60 else 1.0 + step for step in range(polls)]
    found = express(facts, target + 15 * 86_400)
    readings = [read(record + 99, Role.BEFORE_SET, start_ns - 100 * MS, found)]
    for step, at in enumerate(times):
        shown = target + int(at)
        role = Role.READ_BACK if step == 0 else Role.BEFORE if shown < edge[1] else Role.AFTER
        if wrong and shown >= edge[1]:
            shown -= 36_524 * 86_400
        fields = (
            CalendarFields(year=1900, month=1, day=1, hour=0, minute=0, second=int(at) % 60)
            if wrong and role is Role.AFTER
            else express(facts, shown)
        )
        readings.append(read(record + step + 1, role, start_ns + int(at * SECOND), fields))
    power = ()
    if variant is Variant.UNPOWERED:
        power = tuple(
            PowerRecord(
                on=on, sent_ns=start_ns + at * SECOND, received_ns=start_ns + at * SECOND, by="channel", confirmed=True
            )
            for on, at in ((False, 50), (True, 61))
        )
    return CrossingEvidence(
        number=number,
        device=device,
        edge=edge[0],
        edge_seconds=edge[1],
        variant=variant,
        sets=(done,),
        readings=tuple(readings),
        power=power,
    )


def finding(code: str, verdict: Verdict, evidence: CrossingEvidence, **more: object) -> Finding:
    rule = {"year-is-1900": "V1", "too-few-readings": "evidence", "elapsed-as-expected": "V5"}.get(code, "V1")
    values: dict[str, object] = {
        "rule": rule,
        "code": code,
        "question": QUESTIONS[evidence.variant],
        "verdict": verdict,
        "expected": "2000-01-01 00:00:01",
        "read": "2000-01-01 00:00:01",
        "says": "for the record",
        "tolerance_ns": 1_026_000_000,
        "details": {"edge": iso(evidence.edge_seconds)},
        "evidence": tuple(reading.exchanges[0] for reading in evidence.readings if reading.role is Role.AFTER),
    }
    return Finding(**(values | more))  # type: ignore[arg-type]


def judged(evidence: CrossingEvidence, verdict: Verdict, *findings: Finding) -> Judgement:
    return Judgement(
        number=evidence.number,
        device=evidence.device,
        edge=evidence.edge,
        variant=evidence.variant,
        repeat=evidence.repeat,
        verdict=verdict,
        questions={QUESTIONS[evidence.variant]: verdict} if verdict is not Verdict.NOT_APPLICABLE else {},
        findings=findings,
    )


def make_run(
    *, devices: int = 3, edges: int = 2, polls: int = 6, bugs: bool = True, simulated: bool = False
) -> RunReport:
    """Build a judged run; the second device falls to 1900, the first has an open question, the third a date out of range."""
    models = (("weather", RTC), ("pump", PLC), ("feeder", FEEDER))
    known = (("y2k-rollover", Y2K), ("y2k-leap-day", LEAP))
    all_edges = [known[index] if index < 2 else (f"edge-{index}", LEAP + index * 86_400) for index in range(edges)]
    crossings, judgements, facts, told = [], [], {}, []
    for index in range(devices):
        name, own = models[index % 3]
        name = name if index < 3 else f"{name}-{index}"
        facts[name] = own
        for edge in all_edges:
            for variant in QUESTIONS:
                number = len(crossings) + 1
                if own is FEEDER and edge[1] == Y2K and variant is not Variant.SET_AFTER:
                    seen = CrossingEvidence(
                        number=number,
                        device=name,
                        edge=edge[0],
                        edge_seconds=edge[1],
                        variant=variant,
                        not_applicable="outside-range",
                    )
                    crossings.append(seen)
                    judgements.append(judged(seen, Verdict.NOT_APPLICABLE))
                    continue
                wrong = bugs and own is PLC and edge[1] == Y2K and variant is not Variant.SET_AFTER
                seen = crossing(number, name, own, edge, variant, wrong=wrong, polls=polls)
                right = finding("elapsed-as-expected", Verdict.CONFORMS, seen)
                if wrong:
                    found = finding("year-is-1900", Verdict.DOES_NOT_CONFORM, seen, read="1900-01-01 00:00:01")
                    judgements.append(judged(seen, Verdict.DOES_NOT_CONFORM, found, right))
                elif bugs and index == 0 and edge[1] == LEAP and variant is Variant.SILENT:
                    incident = Incident(
                        code="no-reply",
                        at_ns=number * 200 * SECOND + 65 * SECOND,
                        says="no reply in 200 ms",
                        spoils=True,
                    )
                    seen = replace(seen, incidents=(incident,))
                    found = finding("too-few-readings", Verdict.NOT_DETERMINED, seen, read="1 reading after the edge")
                    judgements.append(judged(seen, Verdict.NOT_DETERMINED, found))
                else:
                    right_too = finding("as-expected", Verdict.CONFORMS, seen)
                    judgements.append(judged(seen, Verdict.CONFORMS, right_too, right))
                crossings.append(seen)
        told.append(device_evidence(name, own, simulated=simulated or name == "feeder"))
    evidence = RunEvidence(
        run="2026-11-23-barn-2-001",
        plan_body={
            "name": "year-2000",
            "titles": {"en": "Year 2000 and its leap day", "fr": "An 2000 et son jour bissextile"},
            "edges": [
                {
                    "id": "y2k-rollover",
                    "titles": {"en": "The change from 1999 to 2000", "fr": "Le passage de 1999 à 2000"},
                    "mechanism": "two-digit years go from 99 to 00",
                },
                {
                    "id": "y2k-leap-day",
                    "titles": {"en": "29 February 2000", "fr": "Le 29 février 2000"},
                    "mechanism": "2000 is a leap year by the 400-year rule",
                },
            ],
        },
        bench_body={
            "name": "barn-2",
            "location": "Grange 2, le Moulin",
            "client": {
                "name": "GAEC du Moulin",
                "sector": "agriculture",
                "size": "1-9",
                "contact": "Mme Petit",
                "language": "fr",
            },
        },
        started_utc_ns=1_795_467_087 * SECOND,
        started_mono_ns=0,
        ended_utc_ns=1_795_470_687 * SECOND,
        ended="finished",
        is_virtual=simulated,
        head=HEAD,
        versions={"python": "3.11.9", "rollover-bench": "0.1.0", "pymodbus": "3.16.1"},
        devices=tuple(told),
        crossings=tuple(crossings),
    )
    verdicts = {
        name: worst([judgement.verdict for judgement in judgements if judgement.device == name]) for name in facts
    }
    rules = {
        name: tuple(
            RuleVerdict(
                rule=rule,
                verdict=verdicts[name] if rule != 3 else Verdict.NOT_DETERMINED,
                says="for the record",
                rests_on=(1, 2, 3),
                failing=("year-is-1900",) if verdicts[name] is Verdict.DOES_NOT_CONFORM else (),
            )
            for rule in (1, 2, 3, 4)
        )
        for name in facts
    }
    return RunReport(
        evidence=evidence,
        judgements=tuple(judgements),
        facts=facts,
        device_verdicts=verdicts,
        run_verdict=worst(list(verdicts.values())),
        rules=rules,
    )


def worst(verdicts: list[Verdict]) -> Verdict:
    order = (Verdict.DOES_NOT_CONFORM, Verdict.NOT_DETERMINED, Verdict.CONFORMS, Verdict.NOT_APPLICABLE)
    return min(verdicts, key=order.index)


def device_evidence(name: str, facts: DeviceFacts, *, simulated: bool) -> DeviceEvidence:
    found = 1_795_467_060
    identity: Mapping[str, tuple[tuple[str, str], ...]] = {
        "pump": (("vendor", "Modicon"), ("product", "TSX 37"), ("serial", "A70512")),
        "feeder": (("model", "F-200"),),
    }
    return DeviceEvidence(
        name=name,
        model=facts.id,
        facts_body=facts_body(facts),
        simulated=simulated,
        link_says="/dev/serial/by-id/usb-FTDI_A50285BI, 19200 baud",
        identity=identity.get(name, ()),
        serial_number={"pump": "A70512", "weather": "DS-0042"}.get(name),
        original=read(3, Role.ORIGINAL, SECOND, express(facts, found - 3)),
        offset_seconds=-3,
        restore="discharged",
        restore_reading=read(9_999, Role.RESTORED, 9_000 * SECOND, express(facts, found + 3_597)),
        restore_target=found + 3_597,
    )


@pytest.fixture
def make_report() -> Callable[..., RunReport]:
    return make_run


@pytest.fixture
def sample() -> RunReport:
    """Return the sample run with its bug, its open question and its date out of range."""
    return make_run()
