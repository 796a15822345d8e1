"""The verdict on one crossing: all rules applied to its evidence, under three questions that are never merged.

Pure: the same evidence and facts give the same judgement, always. No reading is mended, and doubt is never a pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from harness.device.facts import DeviceFacts
from harness.judge.alarms import judge_alarm
from harness.judge.asked import ASKED, BEYOND, NEEDED
from harness.judge.disturbance import judge_disturbance
from harness.judge.impossible import is_left_to_the_writer, judge_impossible
from harness.judge.logs import is_beyond_the_log, judge_log
from harness.judge.mechanism import Mechanism, default_shown, wrong_dates_of
from harness.judge.notes import Note, about, gather, weaken
from harness.judge.observed import Observed, find_power_cut, observe, power_cuts_before
from harness.judge.retention import (
    DOCUMENTED,
    document_default,
    documented_limit,
    is_cut_proven,
    is_program_stop_proven,
    judge_default,
    judge_loss,
)
from harness.judge.rollup import worst_of
from harness.judge.second_clock import judge_second_clock
from harness.judge.setting import doubtful_sets, judge_probe, judge_sets, shows_the_set
from harness.judge.taken import Fate, fate_of, readings_before
from harness.judge.views import judge_views
from harness.records import CrossingEvidence, Judgement, Question, Variant, Verdict

_AGREEING_BAD_READINGS = 2
_TAINTING = ("host-", "identity-")
"""Incidents after which nothing measured is proven: it may not have been this device, or not this time."""


def judge_crossing(evidence: CrossingEvidence, facts: DeviceFacts, run: tuple[CrossingEvidence, ...] = ()) -> Judgement:
    """Return the verdict on one crossing, with every finding it rests on.

    ``run`` holds the same device's crossings in the same run, this one among them or not: a set that nothing answered
    for is called ignored only when another crossing shows the same.
    """
    if evidence.not_applicable:
        return _judgement(evidence, tuple(_judge_not_applicable(evidence, facts)))
    observed = observe(evidence, facts)
    doubtful = doubtful_sets(evidence, observed, facts, run)
    set_notes = tuple(judge_sets(evidence, observed, facts, doubtful, run))
    if not observed and any(note.verdict is Verdict.NOT_APPLICABLE for note in set_notes):
        return _judgement(evidence, (*set_notes, *_for_all(evidence, "not-applicable", Verdict.NOT_APPLICABLE)))
    usable = tuple(one for one in observed if one.anchor not in doubtful)
    notes = [*set_notes, *_judge_readings(usable, evidence, facts)]
    notes += judge_impossible(evidence, facts)
    if evidence.variant is Variant.LOG_ACROSS and is_approached(usable, evidence) and all(o.is_right for o in usable):
        notes += judge_log(evidence, facts)
    # Where a set is doubtful, nothing shows that the alarm was compared with a right clock.
    notes += judge_alarm(evidence, () if doubtful else observed, facts)
    notes += judge_disturbance(evidence, facts)
    documented = _documented_loss(usable, evidence, facts)
    if documented:
        notes = [note for note in notes if note.question is not Question.RETAIN] + documented
    notes += _judge_sufficiency(usable, notes, evidence, facts)
    notes += _judge_incidents(evidence)
    return _judgement(evidence, tuple(_tainted(notes, evidence)))


def judge_run(crossings: Sequence[CrossingEvidence], facts: Mapping[str, DeviceFacts]) -> tuple[Judgement, ...]:
    """Return the verdicts on all crossings of a run, in their order; ``facts`` by the device's name."""
    of_device = {name: tuple(each for each in crossings if each.device == name) for name in facts}
    return tuple(judge_crossing(each, facts[each.device], of_device[each.device]) for each in crossings)


def _documented_loss(usable: tuple[Observed, ...], evidence: CrossingEvidence, facts: DeviceFacts) -> list[Note]:
    """Return what stands in place of the third question where no clock is expected to keep its time."""
    after = next((one for one in usable if one.after_power), None)
    if evidence.variant is Variant.BATTERY_REMOVED:
        return list(document_default(after, facts))
    # A reset takes no power away: a clock without a battery keeps its time through it.
    is_asked = Question.RETAIN in ASKED[evidence.variant] and evidence.variant is not Variant.WARM_RESET
    return [documented_limit(after)] if is_asked and facts.keeps_time_unpowered is False else []


def _judge_not_applicable(evidence: CrossingEvidence, facts: DeviceFacts) -> Iterator[Note]:
    yield from _for_all(evidence, "not-applicable", Verdict.NOT_APPLICABLE, ("reason", evidence.not_applicable))
    yield from judge_probe(evidence, facts)


# --- readings ---------------------------------------------------------------------------------------------------


def _judge_readings(observed: tuple[Observed, ...], evidence: CrossingEvidence, facts: DeviceFacts) -> Iterator[Note]:
    firsts = firsts_of(observed)
    judged = observed if is_approached(observed, evidence) else tuple(o for o in firsts if shows_the_set(o, evidence))
    right = tuple(one for one in judged if one.is_right)
    yield from _without_vague(tuple(_judge_wrong(judged, evidence, facts)))
    for one in right:
        yield about(one, "retained" if one.question is Question.RETAIN else "as-expected")
    yield from judge_views(right, evidence, facts)
    yield from judge_second_clock(right, facts)
    yield from _judge_flags(judged, facts)
    yield from judge_default(tuple(one for one in right if one.after_power), evidence, facts)


def firsts_of(observed: tuple[Observed, ...]) -> tuple[Observed, ...]:
    """Return the first reading after each set."""
    return tuple(one for at, one in enumerate(observed) if at == 0 or observed[at - 1].anchor is not one.anchor)


def is_approached(observed: tuple[Observed, ...], evidence: CrossingEvidence) -> bool:
    """Tell whether the clock was seen right on the near side: without that, what follows proves nothing of the edge."""
    if evidence.variant in BEYOND:
        return True
    firsts = firsts_of(observed)
    return bool(firsts) and all(one.is_right and shows_the_set(one, evidence) for one in firsts)


def _judge_wrong(judged: tuple[Observed, ...], evidence: CrossingEvidence, facts: DeviceFacts) -> Iterator[Note]:
    cut, proven = find_power_cut(evidence), is_cut_proven(evidence, judged, facts)
    for one, mechanism in wrong_dates_of(judged, evidence.edge_seconds, facts):
        if mechanism.code == "reading-names-no-instant":
            yield about(one, mechanism.code, Verdict.NOT_DETERMINED)
        elif mechanism.code == "bad-fields" and not _is_confirmed(one, judged):
            yield about(one, "bad-fields-seen-once", Verdict.NOT_DETERMINED)
        elif one.after_power:
            yield judge_loss(one, mechanism, cut, facts, proven=proven)
        else:
            yield _judge_powered(one, mechanism, judged, evidence, facts)


def _judge_powered(
    one: Observed,
    mechanism: Mechanism,
    judged: tuple[Observed, ...],
    evidence: CrossingEvidence,
    facts: DeviceFacts,
) -> Note:
    if one in firsts_of(judged) and fate_of(one.anchor, evidence, facts) is Fate.NOT_TAKEN:
        return about(one, "set-ignored", Verdict.DOES_NOT_CONFORM)
    if one.is_flagged and not _was_flagged(one, judged[0], evidence, facts) and default_shown(one, facts) is not None:
        # The device itself says that it lost its clock on the way: a dip of its supply does that to a sound one.
        return about(one, "clock-lost", Verdict.NOT_DETERMINED, details=mechanism.details)
    return about(one, mechanism.code, Verdict.DOES_NOT_CONFORM, details=mechanism.details)


def _was_flagged(one: Observed, first: Observed, evidence: CrossingEvidence, facts: DeviceFacts) -> bool:
    """Tell whether a loss flag was up from the start; for the first reading that is the one before the set."""
    before = readings_before(one.anchor, evidence)[-1:] if one is first else []
    flags = before[0].flags if before else dict.fromkeys(facts.lost_flags, first.is_flagged)
    return any(flags.get(name, False) for name in facts.lost_flags)


def _is_confirmed(one: Observed, judged: tuple[Observed, ...]) -> bool:
    """Tell whether enough readings agree that the device itself, not one frame, holds no date."""
    agreeing = [e for e in judged if e.reading.raw and e.reading.unreadable == one.reading.unreadable]
    return bool(one.reading.raw) and len(agreeing) >= _AGREEING_BAD_READINGS


def _without_vague(notes: tuple[Note, ...]) -> Iterator[Note]:
    """Leave out *off by seconds* where the same question has the reason: the clock stands, or runs backwards."""
    reasons = {n.question for n in notes if n.code in {"clock-stands-still", "runs-backwards"}}
    return (note for note in notes if note.code != "off-by-seconds" or note.question not in reasons)


def _judge_flags(judged: tuple[Observed, ...], facts: DeviceFacts) -> Iterator[Note]:
    for one in judged:
        if one.is_flagged:
            raised = ", ".join(name for name in facts.lost_flags if one.reading.flags.get(name, False))
            yield about(one, "clock-lost", Verdict.NOT_DETERMINED, expected="no loss flag", read=raised)
        elif facts.lost_flags:
            yield about(one, "not-lost", expected="no loss flag", read="no loss flag")


# --- enough, and undisturbed ------------------------------------------------------------------------------------


def _judge_sufficiency(
    observed: tuple[Observed, ...], notes: list[Note], evidence: CrossingEvidence, facts: DeviceFacts
) -> list[Note]:
    failed = {note.question for note in notes if note.verdict is Verdict.DOES_NOT_CONFORM}
    open_questions = [q for q in ASKED[evidence.variant] if q not in failed]
    if any(note.code in DOCUMENTED for note in notes):
        open_questions = [q for q in open_questions if q is not Question.RETAIN]
    short: list[Note] = []
    for question in open_questions:
        if question is not Question.SET and not is_approached(observed, evidence):
            short.append(_doubt(question, "edge-not-approached"))
        elif question is Question.RETAIN and not is_cut_proven(evidence, observed, facts):
            short.append(_doubt(question, "power-cut-not-proven"))
        elif question is Question.PROGRESS and not is_program_stop_proven(evidence, observed, facts):
            short.append(_doubt(question, "program-stop-not-proven"))
        short += _count(question, observed, evidence)
    return short


def _count(question: Question, observed: tuple[Observed, ...], evidence: CrossingEvidence) -> list[Note]:
    needed, edge = NEEDED[evidence.variant], evidence.edge_seconds
    right = [one for one in observed if one.is_right]
    is_beyond = evidence.variant in BEYOND
    anchored = [one for one in right if (one.base >= edge) == is_beyond]
    before = sum(one.shown_seconds < edge for one in anchored)
    after = sum(one.shown_seconds >= edge and not one.after_power for one in anchored)
    restarted = [one for one in anchored if one.shown_seconds >= edge and one.after_power]
    after_power, cycles = len(restarted), {one.power_cuts for one in restarted if one.power_cuts}
    cuts = power_cuts_before(None, evidence)
    is_enough = {
        Question.SET: not is_beyond or (after >= needed.after and any(o.shown != o.base for o in anchored)),
        Question.PROGRESS: before >= needed.before and after >= needed.after,
        Question.RETAIN: before >= needed.before
        and after >= needed.after
        and after_power >= needed.after_power
        and len(cycles) >= cuts,
    }
    if is_enough[question]:
        return []
    counts = (("before", str(before)), ("after", str(after)), ("after_power", str(after_power)))
    return [_doubt(question, "too-few-readings", *counts)]


def _judge_incidents(evidence: CrossingEvidence) -> Iterator[Note]:
    for incident in evidence.incidents:
        if incident.spoils:
            yield from _for_all(evidence, "spoiled", Verdict.NOT_DETERMINED, ("incident", incident.code))
    if not evidence.completed:
        yield from _for_all(evidence, "not-completed", Verdict.NOT_DETERMINED)


def _tainted(notes: Iterable[Note], evidence: CrossingEvidence) -> Iterator[Note]:
    codes = [i.code for i in evidence.incidents if i.spoils and i.code.startswith(_TAINTING)]
    return (weaken(note, why=codes[0]) if codes else note for note in notes)


def _for_all(evidence: CrossingEvidence, code: str, verdict: Verdict, *details: tuple[str, str]) -> Iterator[Note]:
    for question in ASKED[evidence.variant]:
        yield Note(question=question, code=code, verdict=verdict, details=details)


def _doubt(question: Question, code: str, *details: tuple[str, str]) -> Note:
    return Note(question=question, code=code, verdict=Verdict.NOT_DETERMINED, details=details)


# --- the verdict ------------------------------------------------------------------------------------------------


def _judgement(evidence: CrossingEvidence, notes: tuple[Note, ...]) -> Judgement:
    asked = ASKED[evidence.variant]
    questions = {question: worst_of(note.verdict for note in notes if note.question is question) for question in asked}
    if is_left_to_the_writer(notes) and questions[Question.SET] is Verdict.CONFORMS:
        questions[Question.SET] = Verdict.NOT_APPLICABLE
    if is_beyond_the_log(notes) and questions[Question.PROGRESS] is Verdict.CONFORMS:
        questions[Question.PROGRESS] = Verdict.NOT_APPLICABLE
    verdict = worst_of(questions.values())
    if verdict is Verdict.CONFORMS and questions[asked[-1]] is Verdict.NOT_APPLICABLE:
        verdict = Verdict.NOT_APPLICABLE
    return Judgement(
        number=evidence.number,
        device=evidence.device,
        edge=evidence.edge,
        variant=evidence.variant,
        repeat=evidence.repeat,
        verdict=verdict,
        questions=questions,
        findings=gather(notes, evidence),
    )
