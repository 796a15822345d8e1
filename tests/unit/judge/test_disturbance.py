"""Rule V11 on literal evidence: outputs, mode and silence."""

from __future__ import annotations

from dataclasses import replace

from harness.judge.crossing import judge_crossing
from harness.records import CrossingEvidence, OutputRecord, Role, Variant, Verdict
from tests.unit.judge.conftest import S, Scene

YES, NO, OPEN = Verdict.CONFORMS, Verdict.DOES_NOT_CONFORM, Verdict.NOT_DETERMINED


def look(at: int, *changed: str, **outputs: bool) -> OutputRecord:
    return OutputRecord(shown=outputs, changed=changed, at_ns=at * S)


def with_outputs(*looks: OutputRecord) -> CrossingEvidence:
    return replace(Scene().before().after().evidence, outputs=looks)


def v11(evidence: CrossingEvidence, scene: Scene | None = None) -> dict[str, Verdict]:
    judgement = judge_crossing(evidence, (scene or Scene()).facts)
    return {finding.code: finding.verdict for finding in judgement.findings if finding.rule == "V11"}


def test_a_device_without_outputs_is_not_judged_by_them() -> None:
    assert {} == v11(with_outputs())


def test_outputs_that_stay_are_undisturbed() -> None:
    assert {"outputs-undisturbed": YES} == v11(with_outputs(look(1, horn=False, pump=True)))


def test_an_output_that_goes_and_comes_back_is_disturbed() -> None:
    """A siren at midnight, silent a second later."""
    looks = (
        look(1, horn=False, pump=True),
        look(60, "horn", horn=True, pump=True),
        look(61, "horn", horn=False, pump=True),
    )
    assert {"output-disturbed": NO} == v11(with_outputs(*looks))
    finding = next(f for f in judge_crossing(with_outputs(*looks), Scene().facts).findings if f.rule == "V11")
    assert ("horn", "horn") == (finding.read, finding.details["came_back"])


def test_an_output_that_stays_switched_proves_nothing() -> None:
    assert {"output-disturbed": OPEN} == v11(with_outputs(look(1, pump=False), look(60, "pump", pump=True)))


def test_a_change_in_the_first_look_of_a_crossing_proves_nothing() -> None:
    """What stood before it belongs to another crossing."""
    assert {"output-disturbed": OPEN} == v11(with_outputs(look(1, "pump", pump=True), look(2, pump=True)))


# --- mode -----------------------------------------------------------------------------------------------------------


def running(scene: Scene, *modes: bool) -> Scene:
    scene.readings[:] = [
        replace(reading, flags={"running": mode}) for reading, mode in zip(scene.readings, modes, strict=True)
    ]
    return scene.with_facts(mode_flags=("running",))


def test_a_controller_that_stays_in_its_mode_is_undisturbed() -> None:
    scene = running(Scene().before().after(), *[True] * 6)
    assert {"mode-undisturbed": YES} == v11(scene.evidence, scene)


def test_a_controller_that_stops_at_the_edge_has_left_its_mode() -> None:
    scene = running(Scene().before().after(), True, True, True, False, False, False)
    assert {"mode-changed": NO} == v11(scene.evidence, scene)
    finding = scene.finding("mode-changed")
    assert ("running yes", "running no") == (finding.expected, finding.read)


def test_a_mode_that_a_power_cut_may_have_changed_is_not_judged() -> None:
    scene = Scene(variant=Variant.UNPOWERED).before().cut().after_power()
    scene = running(scene, True, True, True, False, False, False)
    assert {} == v11(scene.evidence, scene)


def test_a_flag_that_is_no_mode_is_not_judged_as_one() -> None:
    scene = running(Scene().before().after(), True, True, True, False, False, False).with_facts(mode_flags=())
    assert {} == v11(scene.evidence, scene)


# --- silence --------------------------------------------------------------------------------------------------------


def silent(times: int) -> Scene:
    scene = Scene().before()
    for _ in range(times):
        scene.incident("no-reply", spoils=False)
    return scene


def test_a_device_that_falls_silent_at_the_edge_is_named_and_not_blamed() -> None:
    """Its line may have failed as well."""
    scene = silent(3)
    assert {"silent-after-edge": OPEN} == v11(scene.evidence)
    assert OPEN is scene.judge().verdict


def test_a_device_that_answers_again_is_not_silent() -> None:
    scene = silent(3).after()
    assert {} == v11(scene.evidence)


def test_one_lost_reply_is_no_silence() -> None:
    assert {} == v11(silent(2).evidence)


def test_a_device_that_was_switched_off_is_not_called_silent() -> None:
    scene = Scene(variant=Variant.UNPOWERED).set()
    scene.read(0.5, "1999-12-31 23:59:00", Role.READ_BACK).cut()
    for _ in range(3):
        scene.incident("no-reply", spoils=False)
    assert {} == v11(scene.evidence)
