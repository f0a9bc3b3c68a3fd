"""Say the mail's own words, days and counts in the issue's language.

Words come from a gettext catalogue (https://www.gnu.org/software/gettext/manual), days and
numbers from the Unicode CLDR by way of Babel. English needs no catalogue: its words are the keys.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from io import BytesIO, StringIO

from babel import Locale, UnknownLocaleError
from babel.dates import format_interval, format_skeleton, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal

from digest.direction import isolated
from digest.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Catalog:
    """The words of one language.

    Attributes:
        language: BCP 47, such as "en" or "ar".
        translations: the catalogue; an empty one gives the English words.
    """

    language: str = "en"
    translations: gettext.NullTranslations = field(default_factory=gettext.NullTranslations)

    @property
    def direction(self) -> str:
        """The direction its script runs in: "ltr" or "rtl"."""
        return self._locale.text_direction

    @property
    def translated(self) -> bool:
        """Whether it has the words of its language: English ones, or those of a catalogue."""
        english = self.language.split("-")[0] == "en"
        return english or isinstance(self.translations, gettext.GNUTranslations)

    def say(self, message: str, **values: object) -> str:
        """A message in this language, with `%(name)s` filled in; "" stays empty."""
        said = self.translations.gettext(message) if message else ""
        return said % values if values else said

    def count(self, one: str, many: str, number: int, **values: object) -> str:
        """A message with a number, `%(number)s`, in the plural form that this language has for it.

        Args:
            one: the English singular, which is the key.
            many: the English plural.
        """
        said = self.translations.ngettext(one, many, number)
        return said % {"number": self.number(number), **values}

    @property
    def name(self) -> str:
        """What its speakers call it: "English", "العربية"."""
        return self._locale.get_display_name() or self.language

    def isolated(self, text: str) -> str:
        """A name or a headline that leaves the order of the words around it alone."""
        return isolated(text, self.direction)

    def listed(self, texts: Iterable[str], comma: str = ", ") -> str:
        """Names or headlines in a row, with the comma or the semicolon of the language."""
        return self.say(comma).join(map(self.isolated, texts))

    def number(self, number: int) -> str:
        """A whole number with the language's digits and separators."""
        return format_decimal(number, locale=self._locale)

    def day(self, day: date, *, year: int | None = None) -> str:
        """A day: "May 27", or "May 27, 2025" if it is not in `year`."""
        return format_skeleton("MMMd" if day.year == year else "yMMMd", day, locale=self._locale)

    def month(self, day: date) -> str:
        """The month of a day: "Dec 2025"."""
        return format_skeleton("yMMM", day, locale=self._locale)

    def span(self, first: date, last: date) -> str:
        """Two days as one span: "May 25 – 31, 2026"."""
        text = format_interval(first, last, "yMMMd", locale=self._locale)
        return " ".join(text.split())

    def duration(self, span: timedelta) -> str:
        """A span of time in its largest unit: "32 minutes"."""
        return format_timedelta(span, threshold=1, locale=self._locale)

    def moment(self, at: datetime) -> str:
        """A moment on the clock of its own zone: "Mon, Jun 1, 2026, 08:00 (Europe/Berlin)"."""
        return self.say(
            "%(day)s, %(time)s (%(zone)s)",
            day=format_skeleton("yMMMEd", at, locale=self._locale),
            time=format_skeleton("Hm", at, locale=self._locale),
            zone=at.tzinfo,
        )

    @property
    def _locale(self) -> Locale:
        return _locale(self.language)


ENGLISH = Catalog()


def read_catalog(language: str, text: str) -> Catalog:
    """The catalogue of a language from the text of a .po file; "" for one without words.

    Raises:
        ConfigError: the language is not known to the CLDR, or the text is no .po file, or has a
            translation with a gap that its message has not.
    """
    _locale(language)
    if not text:
        return Catalog(language)
    try:
        messages = read_po(StringIO(text), abort_invalid=True)
        for message, errors in messages.check():
            raise ValueError(f"`{message.id}`: {errors[0]}")
        compiled = BytesIO()
        write_mo(compiled, messages)
    except (PoFileError, ValueError) as error:
        raise ConfigError(
            f"the catalogue of language `{language}` cannot be read: {error}",
            hint="check it with `msgfmt --check`, or remove yours to use the shipped one",
        ) from error
    compiled.seek(0)
    return Catalog(language, gettext.GNUTranslations(compiled))


def is_language(code: str) -> bool:
    """Whether the CLDR knows a language, by its BCP 47 code."""
    try:
        _locale(code)
    except ConfigError:
        return False
    return True


@lru_cache(maxsize=16)
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError) as error:
        raise ConfigError(
            f"language `{language}` is not known",
            hint="write newsletter.language as a BCP 47 code, such as en, ar or de",
        ) from error
