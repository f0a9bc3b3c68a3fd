"""Where the words of a language are found."""

from __future__ import annotations

from digest.catalogs import catalog, catalog_for, languages
from digest.localisation import ENGLISH

OWN = """msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "Unsubscribe"
msgstr "%s"
"""


def written(folder, name: str, word: str):
    (folder / "languages").mkdir(exist_ok=True)
    (folder / "languages" / f"{name}.po").write_text(OWN % word, encoding="utf-8")


def test_english_is_read_from_no_file():
    assert catalog("en") is ENGLISH


def test_a_project_brings_its_own_catalogue(tmp_path):
    written(tmp_path, "de", "Abmelden")
    assert catalog("de", tmp_path).say("Unsubscribe") == "Abmelden"


def test_a_region_takes_the_catalogue_of_its_language(tmp_path):
    written(tmp_path, "de", "Abmelden")
    swiss = catalog("de-CH", tmp_path)
    assert swiss.say("Unsubscribe") == "Abmelden"
    assert swiss.language == "de-CH"


def test_the_catalogue_of_the_region_goes_before_that_of_the_language(tmp_path):
    written(tmp_path, "de", "Abmelden")
    written(tmp_path, "de-AT", "Abbestellen")
    assert catalog("de-AT", tmp_path).say("Unsubscribe") == "Abbestellen"


def test_a_changed_catalogue_is_read_again(tmp_path):
    import os

    written(tmp_path, "de", "Abmelden")
    assert catalog("de", tmp_path).say("Unsubscribe") == "Abmelden"
    written(tmp_path, "de", "Austragen")
    os.utime(tmp_path / "languages" / "de.po", ns=(1, 1))
    assert catalog("de", tmp_path).say("Unsubscribe") == "Austragen"


def test_a_language_without_a_catalogue_speaks_english_with_its_own_dates():
    danish = catalog("da")
    assert danish.say("Unsubscribe") == "Unsubscribe"
    assert danish.number(1234567) == "1.234.567"


def test_the_languages_to_choose_from_are_those_with_words(tmp_path):
    written(tmp_path, "de", "Abmelden")
    written(tmp_path, "no-language-at-all", "x")
    assert languages() == ("en", "ar")
    assert languages(tmp_path) == ("en", "ar", "de")


def test_a_reader_gets_their_language_or_the_newsletters(tmp_path):
    written(tmp_path, "de", "Abmelden")
    assert catalog_for("de", "ar", tmp_path).language == "de"
    assert catalog_for("fr", "ar", tmp_path).language == "ar"
    assert catalog_for("", "en", tmp_path) is ENGLISH
