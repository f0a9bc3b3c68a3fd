"""Previewing: every kind of mail with made-up texts, in a project's design, and its faults."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from digest.errors import InputError
from digest.model import Email
from digest.pipeline.drafting import PREVIEW_READER, own_templates, render
from digest.pipeline.project import write_whole
from digest.settings import Settings

if TYPE_CHECKING:
    from digest.lint import Finding

_READER = replace(PREVIEW_READER, name="Ada")
_BASE_URL = "https://recap.example"
"""Where a project that serves no page would serve them: the notices show their buttons."""


@dataclass(frozen=True, slots=True)
class Preview:
    """One mail that was written: its files, the page first, and what the lint finds in it."""

    name: str
    paths: tuple[Path, Path]
    findings: tuple[Finding, ...]


def preview_templates(settings: Settings, folder: Path) -> Iterator[Preview]:
    """Write `NAME.html` and `NAME.txt` of each kind of mail into `folder`, one kind after another.

    Args:
        settings: whose templates and brand they get.
        folder: made if it is missing; files of those names in it are replaced.

    Raises:
        TemplateError: a template cannot be rendered; it names the template and line.
        InputError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"{folder} cannot be made: {error.strerror}", hint="name another: --out DIR"
        ) from error
    for name, mail, findings in _mails(settings):
        paths = folder / f"{name}.html", folder / f"{name}.txt"
        for path, text in zip(paths, (mail.html, mail.text), strict=True):
            write_whole(path, text)
        yield Preview(name, paths, findings)


def _mails(settings: Settings) -> Iterator[tuple[str, Email, tuple[Finding, ...]]]:
    """The name, the mail as one reader gets it, and the findings of each."""
    from digest.catalogs import catalog
    from digest.lint import lint_issue, lint_notice
    from digest.render import personalise, render_notice
    from digest.specimen_notices import specimen_notices
    from digest.specimens import quiet_issue, worst_issue

    for name, issue in (("issue", worst_issue()), ("quiet-issue", quiet_issue())):
        mail = render(settings, issue)
        (personal,) = personalise(mail, [_READER], secret=settings.secret_key)
        yield name, personal, lint_issue(issue, mail)
    templates = own_templates(settings)
    words = catalog(settings.brand.language, templates)
    base_url = settings.base_url or _BASE_URL
    for notice in specimen_notices(settings.brand, base_url=base_url, words=words):
        sent = render_notice(notice, to=_READER.email, templates=templates)
        yield notice.kind, sent, lint_notice(sent)
