"""The JSON Schema of a profile, for editors. Made from the model: ``python -m devices.profiles.schema`` writes it."""

from __future__ import annotations

import json
from pathlib import Path

from devices.profiles.model import Profile

SCHEMA_PATH = Path(__file__).with_name("schema.json")


def schema_text() -> str:
    """Return the schema as the file holds it."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Profile.model_json_schema(),
        "title": "A rollover device profile",
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA_PATH.write_text(schema_text(), encoding="utf-8")
