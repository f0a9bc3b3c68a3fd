"""Find the gettext catalogue of a language: the project's own, or the one that is shipped."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from digest.localisation import ENGLISH, Catalog, is_language, read_catalog
from digest.shipped import shipped

FOLDER = "languages"
"""In `templates`: `languages/ar.po` holds the words of language `ar`."""


def catalog(language: str, templates: Path | None = None) -> Catalog:
    """The words of `language`; English ones where no catalogue is found for it.

    `ar-EG` takes `ar-EG.po`, else `ar.po`; days and numbers follow the language as it is written.

    Args:
        language: BCP 47, such as "en" or "ar".
        templates: the project's own folder, looked in first.

    Raises:
        ConfigError: the language is not known, or a catalogue is no .po file.
    """
    if language == ENGLISH.language:
        return ENGLISH
    folders = [folder for folder in (templates, shipped("templates")) if folder]
    names = dict.fromkeys((language, language.split("-")[0]))
    for path in (folder / FOLDER / f"{name}.po" for name in names for folder in folders):
        if path.is_file():
            return _read(language, path, path.stat().st_mtime_ns)
    return _read(language, None, 0)


def languages(templates: Path | None = None) -> tuple[str, ...]:
    """The languages that there are words for, English first, the others by code."""
    folders = [folder for folder in (templates, shipped("templates")) if folder]
    found = {path.stem for folder in folders for path in (folder / FOLDER).glob("*.po")}
    others = sorted(code for code in found if is_language(code) and code != ENGLISH.language)
    return (ENGLISH.language, *others)


def catalog_for(reader: str, newsletter: str, templates: Path | None = None) -> Catalog:
    """The words for a reader: of the language they chose, if there are any, or the newsletter's."""
    known = reader and reader in languages(templates)
    return catalog(reader if known else newsletter, templates)


@lru_cache(maxsize=8)
def _read(language: str, path: Path | None, _changed: int) -> Catalog:
    return read_catalog(language, path.read_text(encoding="utf-8") if path else "")
