"""Every message that the mail says: extracted for translators, or marked so that a check sees it.

`python -m tests.messages` writes `templates/languages/messages.pot` anew and brings the shipped
catalogues up to it: what they lack is added empty, what nothing says any more is dropped.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from digest.cues import ROLES
from digest.headings import TOP
from digest.labels import MORE
from digest.model import Brand
from digest.subjects import KIN, SUBJECTS

TOP_FOLDER = Path(__file__).resolve().parent.parent
LANGUAGES = TOP_FOLDER / "templates" / "languages"
TEMPLATE = LANGUAGES / "messages.pot"

KEYWORDS = {"say": None, "count": (1, 2), "gettext": None, "ngettext": (1, 2)}
"""`Catalog.say` and `Catalog.count` in the code, what Jinja has for the same in the templates."""
METHODS = {
    # The terminal and the findings of the lint speak English; their `say` is another one.
    "digest": [("cli/**", "ignore"), ("lint/**", "ignore"), ("**.py", "python")],
    "templates": [("**.j2", "jinja2.ext.babel_extract")],
}


def extracted() -> Catalog:
    """The messages in the order of their files, those of code that says a variable last."""
    catalog = Catalog(charset="utf-8")
    for folder, methods in METHODS.items():
        found = extract_from_dir(
            TOP_FOLDER / folder, methods, {"**.j2": {"silent": "false"}}, keywords=KEYWORDS
        )
        for file, _, message, _, _ in found:
            catalog.add(message, locations=[(f"{folder}/{file}", None)])
    for message, comment in _said_by_name():
        catalog.add(message, auto_comments=[comment])
    return catalog


def _said_by_name() -> Iterator[tuple[str, str]]:
    yield Brand().tagline, "the tagline of a newsletter that has none of its own"
    for role, _ in ROLES:
        yield role, "readers, as said in “for …”"
    for subject in SUBJECTS:
        for name in filter(None, (subject.name, *subject.narrower.split(", "))):
            yield name, "the name of a theme"
    for name in dict.fromkeys((*(both for _, _, both in KIN), TOP, MORE)):
        yield name, "the name of a theme"


def written(catalog: Catalog) -> str:
    """The messages as the text of a .po file, without its header; the same each time."""
    text = BytesIO()
    write_po(text, catalog, width=100, omit_header=True, include_lineno=False, ignore_obsolete=True)
    return text.getvalue().decode().lstrip("\n")


def shipped_catalogs() -> dict[str, Catalog]:
    """The shipped catalogues by their language."""
    return {
        path.stem: read_po(BytesIO(path.read_bytes()), locale=path.stem, abort_invalid=True)
        for path in sorted(LANGUAGES.glob("*.po"))
    }


class Marked(gettext.NullTranslations):
    """English in marks: what a mail prints outside of them went through no catalogue."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


def unmarked(text: str) -> str:
    """What is left of a text without what stands in marks."""
    while (rest := re.sub("⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = rest
    return text


def main() -> None:
    messages = extracted()
    TEMPLATE.write_text(written(messages), encoding="utf-8")
    for language, catalog in shipped_catalogs().items():
        catalog.update(messages, no_fuzzy_matching=True, update_creation_date=False)
        path = LANGUAGES / f"{language}.po"
        header = path.read_text(encoding="utf-8").partition("\n\n")[0]
        path.write_text(f"{header}\n\n{written(catalog)}", encoding="utf-8")


if __name__ == "__main__":
    main()
