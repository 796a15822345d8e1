"""What holds for every test: locks are the session's own, and nobody's signing key is used."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="session")
def own_locks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep benches of equal names in sessions side by side from meeting."""
    before = os.environ.get("ROLLOVER_LOCKS")
    os.environ["ROLLOVER_LOCKS"] = str(tmp_path_factory.mktemp("locks"))
    yield
    if before is None:
        del os.environ["ROLLOVER_LOCKS"]
    else:
        os.environ["ROLLOVER_LOCKS"] = before


@pytest.fixture(autouse=True)
def no_key_of_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a signing key of whoever runs the tests out of them."""
    monkeypatch.delenv("ROLLOVER_SIGNING_KEY", raising=False)
