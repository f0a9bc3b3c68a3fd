"""Write the archive as a folder of files that needs no server: the same pages, linked by file."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath

from flask import render_template

from digest.errors import ConfigError, InputError
from digest.settings import Settings
from digest.store import Store
from digest.web.app import create_app, site_of
from digest.web.archive import ArchivePages
from digest.web.documents import CSS, HTML, SVG, Document
from digest.web.feeds import Feeds

MARKER = ".recap-site"
"""In a folder that was made here, so that the next build may replace it."""

_SAID = "Made by `recap site build`, which replaces this folder as a whole.\n"


def build_site(settings: Settings, store: Store, folder: Path) -> int:
    """Put the archive into a folder, in place of what an earlier build left there.

    The same issues give the same bytes. Pages that only a server can give, to subscribe and to
    search, are linked at the base URL.

    Returns:
        How many files it has.

    Raises:
        ConfigError: there is no base URL: feeds and those links need one.
        InputError: the folder holds something else, or cannot be written; what was there stays.
    """
    if not settings.base_url:
        raise ConfigError(
            "RECAP_BASE_URL is empty: feeds, canonical links and the form to subscribe need it",
            hint="set it to where readers find the pages, such as https://recap.example",
        )
    folder = folder.absolute()
    _refuse_other(folder)
    files = {_file(document.path): document for document in _documents(settings, store)}
    links = {document.path: file for file, document in files.items()}
    with _whole(folder) as draft:
        (draft / MARKER).write_text(_SAID, encoding="utf-8")
        for file, document in files.items():
            text = document.text
            if document.kind == HTML:
                text = _linked(text, file, links, settings.base_url)
            path = draft / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    return len(files)


def _documents(settings: Settings, store: Store) -> Iterator[Document]:
    app = create_app(settings, store)
    with app.app_context():
        site = site_of(app)
        pages = ArchivePages(site)
        for path in pages.paths():
            if document := pages.at(path):
                yield document
        feeds = Feeds(site, pages)
        yield from (feeds.atom(), feeds.json(), feeds.sitemap())
        for name, kind in (("style.css", CSS), ("frame.css", CSS), ("icon.svg", SVG)):
            yield Document(f"/{name}", render_template(name), kind)


def _file(path: str) -> str:
    """The file of a page, by which any host answers to the page's own path."""
    name = path.strip("/")
    return name if PurePosixPath(name).suffix else f"{name}/index.html".lstrip("/")


def _linked(text: str, file: str, links: Mapping[str, str], base_url: str) -> str:
    """A page whose links lead to files, or to the base URL where there is none."""
    base_url = base_url.rstrip("/")
    base = re.sub("^[a-z]+://[^/]*", "", base_url)
    up = "../" * file.count("/")

    def led(link: re.Match[str]) -> str:
        path = link[2].removeprefix(base)
        there = f"{up}{links[path]}" if path in links else f"{base_url}{path}"
        return f'{link[1]}"{there}"'

    return re.sub(rf'(\b(?:href|action)=)"({re.escape(base)}/(?!/)[^"]*)"', led, text)


def _refuse_other(folder: Path) -> None:
    """Let a folder pass that is not there, empty, or the work of an earlier build."""
    if folder.is_dir() and ((folder / MARKER).is_file() or not any(folder.iterdir())):
        return
    if folder.exists() or folder.is_symlink():
        raise InputError(
            f"{folder} holds something else than an archive; nothing was written",
            hint="name a folder of its own, which may be missing or empty",
        )


@contextmanager
def _whole(folder: Path) -> Iterator[Path]:
    """A folder to write into that takes the other's place at the end, all of it or nothing."""
    remove = partial(shutil.rmtree, ignore_errors=True)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        draft, before = work / "new", work / "old"
        try:
            draft.mkdir()
            yield draft
            if folder.exists():
                folder.rename(before)
            try:
                draft.rename(folder)
            except OSError:
                if before.exists():
                    before.rename(folder)
                raise
        finally:
            remove(work)
    except OSError as error:
        raise InputError(
            f"{folder} cannot be written: {error.strerror or error}; what was there stays",
            hint="check the disk and your rights there, or name another folder",
        ) from error
