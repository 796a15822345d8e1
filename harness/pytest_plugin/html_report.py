"""What our items add to pytest-html's own page: verdict words, the client, and a link to the report and its bytes.

Registered only where pytest-html is installed and a bench is named. The page is for the people who run the tests; the
client's document is the report beside it.
"""

from __future__ import annotations

import html
from collections.abc import Generator
from typing import Any

import pytest
import pytest_html

from harness.pytest_plugin.crossings import BENCH_KEY
from harness.pytest_plugin.items import CrossingItem

VERDICT = "rollover_verdict"


def pytest_html_report_title(report: Any) -> None:
    """Name the page after what it is about."""
    report.title = "Rollover bench"


def pytest_html_results_summary(prefix: list[str], session: pytest.Session) -> None:
    """Put the client's block above the results."""
    bench = session.config.stash.get(BENCH_KEY, None)
    if bench is None:
        return
    client = bench.client
    rows = (("Bench", bench.name), ("Client", client.name), ("Sector", client.sector), ("Location", bench.location))
    prefix.append("<table>")
    prefix.extend(f"<tr><th>{name}</th><td>{html.escape(text)}</td></tr>" for name, text in rows if text)
    prefix.append("</table>")


def pytest_html_results_table_header(cells: list[str]) -> None:
    """Add a column for the judge's word."""
    cells.insert(2, "<th>Verdict</th>")


def pytest_html_results_table_row(report: pytest.TestReport, cells: list[str]) -> None:
    """Fill it in."""
    cells.insert(2, f"<td>{html.escape(getattr(report, VERDICT, ''))}</td>")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, None]:
    """Attach to each crossing its verdict, its readings, and where its evidence lies."""
    outcome = yield
    report = outcome.get_result()
    if not isinstance(item, CrossingItem) or call.when != "call" or item.judgement is None:
        return
    setattr(report, VERDICT, item.judgement.verdict.value.replace("-", " "))
    lines = [
        f"{finding.rule} {finding.code}: expected {finding.expected}, read {finding.read}"
        f" (tolerance {finding.tolerance_ns} ns; records {', '.join(map(str, finding.evidence))})"
        for finding in item.judgement.findings
    ]
    # Extras are put into the page as they are; what comes from a device is escaped here.
    extras = [pytest_html.extras.html(f"<pre>{html.escape(chr(10).join(lines))}</pre>")]
    if item.folder is not None and (page := item.folder / "report.html").is_file():
        extras.append(pytest_html.extras.url(page.resolve().as_uri(), name="client report"))
    report.extras = [*getattr(report, "extras", []), *extras]
