"""WCAG 2.0 to 2.2, levels A and AA, judged by axe-core in a real browser: no violation in any document."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from reports.client import render
from tests.reports.chromium import CHROMIUM, Chromium, Page, started
from tests.reports.mixes import MIXES, documents

# npm install --prefix build/axe axe-core: CI does, a person may.
AXE = Path(os.environ.get("ROLLOVER_AXE", "build/axe/node_modules/axe-core/axe.min.js"))
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
RUN = (
    f"axe.run(document, {{runOnly: {{type: 'tag', values: {TAGS}}}}}).then(found => ({{"
    "passes: found.passes.length,"
    "violations: found.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 120)).join(' | '))}))"
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.skipif(not AXE.is_file(), reason=f"no axe-core at {AXE} (npm install --prefix build/axe axe-core)"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with started() as found:
        yield found


def check(browser: Chromium, html: str, scheme: str, folder: Path) -> None:
    """Open a document in one colour scheme and have it judged; a rule that could not run is a defect of the test."""
    (folder / "page.html").write_text(html, "utf-8")
    page = browser.open_page()
    page.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    page.open((folder / "page.html").as_uri())
    found = judged(page)
    page.close()
    assert found["passes"] > 12
    assert found["violations"] == []


def judged(page: Page) -> dict[str, object]:
    page.run(f"{AXE.read_text('utf-8')};0")
    found: dict[str, object] = page.run(RUN)
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("mix", MIXES)
def test_a_report_violates_no_rule(mix: str, language: str, scheme: str, browser: Chromium, tmp_path: Path) -> None:
    check(browser, render(MIXES[mix](), language), scheme, tmp_path)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_other_document_violates_a_rule(language: str, scheme: str, browser: Chromium, tmp_path: Path) -> None:
    for html in documents(language).values():
        check(browser, html, scheme, tmp_path)


def test_the_judge_would_find_something(browser: Chromium, tmp_path: Path) -> None:
    """A page with faint text, no language and an unnamed picture must be refused, or the others prove nothing."""
    (tmp_path / "bad.html").write_text("<title>x</title><p style='color:#ccc'>faint</p><img src='data:,'>", "utf-8")
    page = browser.open_page()
    page.open((tmp_path / "bad.html").as_uri())
    found = judged(page)
    page.close()
    ids = {str(violation).split(":", 1)[0] for violation in found["violations"]}  # type: ignore[attr-defined]
    assert {"color-contrast", "html-has-lang", "image-alt"} <= ids
