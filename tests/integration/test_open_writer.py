from __future__ import annotations

from pathlib import Path

import pytest

from digest.settings import load_settings
from digest.writers import WRITERS, open_writer
from digest.writers.extractive import ExtractiveWriter
from digest.writers.openai_compatible import OpenAICompatibleWriter

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "schedules.yaml").write_text((ROOT / "schedules.yaml").read_text(encoding="utf-8"))
    return tmp_path


def test_without_an_address_the_writer_is_the_extractive(folder):
    assert isinstance(open_writer(load_settings(folder, {})), ExtractiveWriter)


def test_with_an_address_the_writer_is_the_model_behind_it(folder):
    environ = {
        "RECAP_WRITER_URL": "https://api.example/v1",
        "RECAP_WRITER_MODEL": "wordsmith-1",
        "RECAP_WRITER_KEY": "sk-secret",
    }
    settings = load_settings(folder, environ)
    writer = open_writer(settings)
    assert isinstance(writer, OpenAICompatibleWriter)
    assert writer.name == "wordsmith-1"
    assert "sk-secret" not in repr(settings) + repr(writer)


def test_the_table_names_the_writers_that_ship():
    assert sorted(WRITERS) == ["extractive", "openai-compatible"]
