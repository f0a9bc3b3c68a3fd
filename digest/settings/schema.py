"""The JSON Schema of schedules.yaml, by which editors complete keys and mark mistakes as typed.

It is made from the structs that the file is decoded into, and says what a schema can say of their
checks; the rest is found when the file is read.
"""

from __future__ import annotations

import inspect
import json
import re
from typing import Any

import msgspec

from digest.model import COLOURS
from digest.settings.parts import FILE, parts_in
from digest.settings.schedules import ScheduleFile

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ONCE_A_WEEK = {
    "properties": {
        "day_of_week": {"not": {"const": "daily"}, "maxItems": 1},
        "hour": {"maxItems": 1},
    }
}
_ONE_STEP = [{"required": [step]} for step in ("collect", "draft", "send")]
_WITHOUT_APPROVAL = {
    "properties": {"required": {"const": False}},
    "required": ["required"],
    "anyOf": [{"required": ["if_not_approved"]}, {"required": ["reminder_hours"]}],
}
_COLOURS = {
    "type": "object",
    "properties": {name: {"type": "string", "pattern": "^#[0-9a-fA-F]{6}$"} for name in COLOURS},
    "additionalProperties": False,
}


def schedules_schema() -> dict[str, Any]:
    """The schema, with a description of every part and key from the structs' docstrings."""
    made = msgspec.json.schema(ScheduleFile)
    parts = made["$defs"]
    for struct in parts_in(ScheduleFile):
        _describe(parts[struct.__name__], struct)
    schedule = parts["Schedule"]
    schedule["anyOf"] = _ONE_STEP
    for step in ("draft", "send"):
        schedule["properties"][step] |= _ONCE_A_WEEK
    parts["ReviewPolicy"]["not"] = _WITHOUT_APPROVAL
    colours = parts["Newsletter"]["properties"]["colours"]
    parts["Newsletter"]["properties"]["colours"] = colours | _COLOURS
    return {"$schema": _DIALECT, "title": FILE, **made}


def schema_text() -> str:
    """The schema as it is shipped."""
    return json.dumps(schedules_schema(), ensure_ascii=False, indent=2) + "\n"


def _describe(part: dict[str, Any], struct: type[msgspec.Struct]) -> None:
    text, _, attributes = (inspect.getdoc(struct) or "").partition("\n\nAttributes:\n")
    part["description"] = " ".join(text.split())
    told = re.findall(r"^ {4}(\w+(?:, \w+)*): (.+(?:\n {8}.+)*)", attributes, re.MULTILINE)
    said = {key: " ".join(words.split()) for keys, words in told for key in keys.split(", ")}
    for key, shape in part["properties"].items():
        kinds = [kind for kind in shape.pop("anyOf", ()) if kind != {"type": "null"}]
        shape |= kinds[0] if len(kinds) == 1 else {"anyOf": kinds} if kinds else {}
        if "$ref" in shape:
            shape.pop("default", None)  # every key of the part has its own
        shape["description"] = said[key]
