"""The language of an item, by script, common words and the model."""

from __future__ import annotations

import pytest

from digest import languages
from digest.languages import item_language


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("de", "Wie die EU künstliche Intelligenz regulieren will"),
        ("fr", "L’Europe veut encadrer l’intelligence artificielle"),
        ("es", "La empresa presenta un modelo que cuesta la mitad que el anterior"),
        ("it", "L’azienda presenta un nuovo modello che costa la metà"),
        ("pt", "A empresa lança um novo modelo de linguagem por metade do preço"),
        ("nl", "Het bedrijf brengt een nieuw taalmodel uit voor de helft van de prijs"),
        ("pl", "Firma prezentuje nowy model językowy za połowę ceny"),
        ("tr", "Şirket yeni dil modelini yarı fiyatına tanıttı"),
        ("vi", "Công ty ra mắt mô hình ngôn ngữ mới với giá một nửa"),
        ("zh", "这家公司昨天发布了新的芯片"),
        ("ja", "同社は昨日、新しいチップを発表した"),
        ("ko", "그 회사는 어제 새로운 칩을 발표했다"),
        ("ru", "Вчера компания показала новую модель"),
        ("en", "The company sells its new model at half the price of the last one"),
        ("en", "Chip maker cuts price"),
    ],
)
def test_the_language_is_read(code: str, title: str) -> None:
    assert item_language(title, "") == code


def test_a_summary_helps_a_title_of_names() -> None:
    summary = "Das Unternehmen verkauft den neuen Chip zur Hälfte des Preises."
    assert item_language("Northwind Blackstone 300 NVL72", summary) == "de"
    assert item_language("Northwind Blackstone 300 NVL72", "") == "en"


def test_a_translated_summary_does_not_change_a_long_title() -> None:
    assert item_language("Northwind cuts prices of chips", "这家公司昨天发布了新的芯片") == "en"
    assert item_language("Northwind", "这家公司昨天发布了新的芯片") == "zh"


def test_plain_english_does_not_wake_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "_identifier", lambda: pytest.fail("asked the model"))
    assert item_language("What the new rule means for your data", "") == "en"


@pytest.mark.shared
def test_no_english_headline_is_taken_for_another_language(shared) -> None:  # type: ignore[no-untyped-def]
    import gzip
    import json

    path = shared / "data" / "labelled" / "lwai.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        titles = {json.loads(line)["title"] for line in lines}
    assert [title for title in sorted(titles)[::5] if item_language(title, "") != "en"] == []
