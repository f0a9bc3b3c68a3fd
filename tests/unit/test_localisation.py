"""The mail's own words, days and numbers in another language."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from digest.errors import ConfigError
from digest.localisation import ENGLISH, Catalog, is_language, read_catalog

GERMAN = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "seen %(day)s"
msgstr "gesehen am %(day)s"

msgid "%(number)s story"
msgid_plural "%(number)s stories"
msgstr[0] "%(number)s Meldung"
msgstr[1] "%(number)s Meldungen"
"""


def test_english_needs_no_catalogue():
    assert ENGLISH.say("seen %(day)s", day="May 27") == "seen May 27"
    assert ENGLISH.count("%(number)s story", "%(number)s stories", 1) == "1 story"
    assert ENGLISH.count("%(number)s story", "%(number)s stories", 1200) == "1,200 stories"


def test_a_catalogue_gives_the_words_and_the_plural_forms_of_its_language():
    german = read_catalog("de", GERMAN)
    assert german.say("seen %(day)s", day="27. Mai") == "gesehen am 27. Mai"
    assert german.count("%(number)s story", "%(number)s stories", 1) == "1 Meldung"
    assert german.count("%(number)s story", "%(number)s stories", 1200) == "1.200 Meldungen"


def test_a_message_that_a_catalogue_lacks_stays_english():
    assert read_catalog("de", GERMAN).say("Also this week") == "Also this week"


def test_a_message_without_values_may_hold_a_percent_sign():
    assert ENGLISH.say("100 % free") == "100 % free"


def test_an_empty_text_is_no_message():
    assert read_catalog("de", GERMAN).say("") == ""


def test_names_in_a_row_have_the_comma_of_the_language_and_keep_their_order():
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
    arabic = read_catalog("ar", f'{header}\nmsgid ", "\nmsgstr "، "\n')
    assert ENGLISH.listed(["Lab", "Wire"]) == "Lab, Wire"
    assert arabic.listed(["دفتر", "Wire"]) == "دفتر، \u200f\u200eWire\u200e\u200f"


def test_english_and_a_catalogue_are_words_of_the_language():
    assert ENGLISH.translated
    assert read_catalog("en-GB", "").translated
    assert read_catalog("de", GERMAN).translated
    assert not read_catalog("de", "").translated


def test_days_and_spans_follow_the_language():
    german = Catalog("de")
    assert german.day(date(2026, 5, 27), year=2026) == "27. Mai"
    assert german.day(date(2025, 5, 27), year=2026) == "27. Mai 2025"
    assert german.month(date(2025, 12, 1)) == "Dez. 2025"
    assert german.span(date(2026, 5, 25), date(2026, 5, 31)) == "25.–31. Mai 2026"


@pytest.mark.parametrize(
    ("language", "direction"), [("en-GB", "ltr"), ("ar", "rtl"), ("he", "rtl")]
)
def test_the_direction_is_that_of_the_script(language, direction):
    assert Catalog(language).direction == direction


@pytest.mark.parametrize("language", ["", "english", "xx", "e\nn"])
def test_an_unknown_language_is_refused(language):
    with pytest.raises(ConfigError, match="language"):
        read_catalog(language, "")
    assert not is_language(language)


def test_a_language_of_the_cldr_is_known():
    assert is_language("pt-BR")


def test_a_translation_with_a_gap_that_its_message_has_not_is_refused():
    text = GERMAN.replace("gesehen am %(day)s", "gesehen am %(tag)s")
    with pytest.raises(ConfigError, match=r"seen %\(day\)s"):
        read_catalog("de", text.replace('msgid "seen', '#, python-format\nmsgid "seen'))


@pytest.mark.parametrize("text", ["msgid oops", 'msgid "a"\nmsgstr[x] "b"'])
def test_a_text_that_is_no_catalogue_is_refused(text):
    with pytest.raises(ConfigError, match="catalogue of language `de`"):
        read_catalog("de", text)


def test_a_language_is_called_what_its_speakers_call_it():
    assert (ENGLISH.name, Catalog("ar").name) == ("English", "العربية")


def test_a_span_of_time_is_told_in_its_largest_unit():
    spans = timedelta(minutes=32), timedelta(hours=5, minutes=10), timedelta(days=3)
    assert [ENGLISH.duration(span) for span in spans] == ["32 minutes", "5 hours", "3 days"]
