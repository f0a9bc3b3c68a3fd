"""The JSON Schema of schedules.yaml: what editors are told is what the program takes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from digest.errors import ConfigError
from digest.pipeline.project import renew_schema
from digest.settings import SCHEMA_FILE
from digest.settings.schedules import parse_schedules
from digest.settings.schema import schedules_schema, schema_text
from tests.schedules_schema import PATH

SHIPPED = (PATH.parent / "schedules.yaml").read_text(encoding="utf-8")
SCHEMA = Draft202012Validator(json.loads(PATH.read_text(encoding="utf-8")))


def is_valid(text: str) -> bool:
    return bool(SCHEMA.is_valid(yaml.safe_load(text)))


def test_the_shipped_schema_is_the_one_that_is_made():
    assert PATH.read_text(encoding="utf-8") == schema_text()  # python -m tests.schedules_schema


def test_the_shipped_file_names_the_schema_and_is_valid_under_it():
    Draft202012Validator.check_schema(SCHEMA.schema)
    assert SHIPPED.splitlines()[0] == f"# yaml-language-server: $schema={SCHEMA_FILE}"
    assert is_valid(SHIPPED)


def test_every_key_is_described():
    for name, part in schedules_schema()["$defs"].items():
        assert part["description"], name
        assert all(shape["description"] for shape in part["properties"].values()), name


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("draft: {day_of_week: fri,", "draft: {day_of_week: [fri],"),
        ("hour: 14, minute: 0}", "hour: [14]}"),
        ("timezone: UTC", "timezone: America/Argentina/Buenos_Aires"),
        ("colours: {}", 'colours: {accent: "#0a5c36"}'),
        ("max_lateness: 6h", "max_lateness: 90m"),
        ("operators: []", "operators: [ops@recap.example]"),
        ("themes: []", "themes: [{name: Law, words: [senate]}]"),
    ],
)
def test_what_the_program_takes_is_valid(old, new):
    text = SHIPPED.replace(old, new, 1)
    parse_schedules(text)
    assert is_valid(text)


MISTAKES = [
    ("version: 1", "version: 2"),
    ("version: 1\n", ""),
    ("timezone: UTC", "tmezone: UTC"),
    ("timezone: UTC", "timezone: CET"),
    ("timezone: UTC", "timezone: Etc/GMT+2"),
    ("timezone: UTC", "timezone: GMT+2"),
    ("id: weekly-recap", "id: my week"),
    ("id: weekly-recap", "id: 5"),
    ("provider: outbox", "provider: pigeon"),
    ("day_of_week: fri", "day_of_week: friday"),
    ("day_of_week: fri", "day_of_week: 5"),
    ("day_of_week: fri", "day_of_week: daily"),
    ("day_of_week: fri", "day_of_week: [thu, fri]"),
    ("hour: 14, ", "hour: 25, "),
    ("hour: 14, ", "hour: '14', "),
    ("hour: 14, ", "hour: [9, 14], "),
    ("hour: 14, ", ""),
    ("hour: 14, minute: 0", "hour: 14, minute: 60"),
    ("{day_of_week: mon, hour: 8, minute: 0}", "'0 8 * * 1'"),
    ("{day_of_week: mon, hour: 8, minute: 0}", ""),
    ("reminder_hours: [24, 4]", "reminder_hours: [0]"),
    ("reminder_hours: [24, 4]", "reminder_hours: 24"),
    ("if_not_approved: hold", "if_not_approved: wait"),
    ("required: true", "required: false"),
    ("required: true", "required: maybe"),
    ("max_lateness: 6h", "max_lateness: 6"),
    ("max_lateness: 6h", "max_lateness: 6 hours"),
    ("on_late: hold", "on_late: drop"),
    ("fewer_than: 5", "fewer_than: 0"),
    ("then: short", "then: hide"),
    ("language: en", "language: 7"),
    ('logo: ""', "logo: http://recap.example/a.png"),
    ("colours: {}", "colours: {acent: '#000000'}"),
    ("colours: {}", "colours: {accent: red}"),
    ("editors: []", "editors: [Ada]"),
    ("editors: []", "editors: ada@recap.example"),
    ("max_stories: 30", "max_stories: 0"),
    ("themes: []", "themes: [{name: Law}]"),
    ("themes: []", "themes: [{name: Law, words: []}]"),
    ("sources: []", "sources: ['']"),
]


@pytest.mark.parametrize(("old", "new"), MISTAKES)
def test_what_the_program_refuses_is_marked_while_it_is_typed(old, new):
    assert old in SHIPPED
    text = SHIPPED.replace(old, new, 1)
    with pytest.raises(ConfigError):
        parse_schedules(text)
    assert not is_valid(text)


def test_a_schedule_without_a_step_is_marked():
    assert not is_valid("version: 1\nschedules: [{id: a, timezone: UTC}]\n")
    assert not is_valid("version: 1\nschedules: []\n")


def test_the_schema_of_a_project_is_renewed_when_it_is_another(tmp_path: Path):
    assert renew_schema(tmp_path)
    assert (tmp_path / SCHEMA_FILE).read_bytes() == PATH.read_bytes()
    assert not renew_schema(tmp_path)
    (tmp_path / SCHEMA_FILE).write_text("{}")
    assert renew_schema(tmp_path)
