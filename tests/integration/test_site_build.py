"""The archive as files: every link resolves, the same bytes, a broken build harms nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from click.testing import CliRunner
from lxml import etree
from lxml import html as lxml_html

from digest.cli import main
from digest.errors import ConfigError, InputError
from digest.settings import Settings
from digest.store import Store, open_store
from digest.web import copying
from digest.web.copying import MARKER, build_site
from tests.builders import make_issue, make_theme
from tests.builders_web import BASE, SECRET, publish, web_app, web_settings
from tests.email.mails import rich_story


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return web_settings(tmp_path)


@pytest.fixture
def store(tmp_path: Path, settings: Settings) -> Iterator[Store]:
    """Two issues that were sent."""
    with open_store(f"sqlite:///{tmp_path / 'recap.db'}", create=True) as opened:
        for number, week in ((5, "2026-W22"), (6, "2026-W23")):
            theme = make_theme("Infra capex", [rich_story(number), rich_story(number + 10)])
            publish(opened, settings, make_issue(theme, number=number, week=week))
        yield opened


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return tmp_path / "public"


def content(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_every_link_leads_to_a_file_or_away(settings, store, site):
    count = build_site(settings, store, site)
    pages = list(site.rglob("*.html"))
    assert count == len(content(site)) - 1
    assert len(pages) == 2 + 2 + 4 + 1
    reached = set()
    for page in pages:
        for link in lxml_html.parse(str(page)).xpath("//@href | //@src | //@action"):
            if urlsplit(link).scheme:
                continue
            there = (page.parent / unquote(link)).resolve()
            assert there.is_file(), f"{page}: {link}"
            assert there.is_relative_to(site.resolve())
            reached.add(there)
    assert {page.resolve() for page in pages} <= reached


def test_what_needs_a_server_is_linked_there(settings, store, site):
    build_site(settings, store, site)
    home = (site / "index.html").read_text()
    assert f'href="{BASE}/subscribe"' in home
    assert f'href="{BASE}/search"' in home
    assert "<form" not in home


def test_the_pages_are_those_that_are_served(settings, store, site, tmp_path):
    from tests.builders_sending import Clock

    build_site(settings, store, site)
    client = web_app(store, settings, Clock()).test_client()
    for path in ("/issues/5", "/issues/"):
        built = lxml_html.parse(str(site / path.strip("/") / "index.html")).getroot()
        served = lxml_html.document_fromstring(client.get(path).text)
        assert built.text_content() == served.text_content()
    assert (site / "feed.xml").read_text() == client.get("/feed.xml").text
    for loc in etree.parse(str(site / "sitemap.xml")).iter("{*}loc"):
        assert (site / loc.text.removeprefix(BASE).strip("/") / "index.html").is_file()


def test_building_twice_gives_the_same_bytes_and_drops_what_is_gone(settings, store, site):
    build_site(settings, store, site)
    before = content(site)
    (site / "issues" / "9").mkdir()
    (site / "issues" / "9" / "index.html").write_text("old")
    build_site(settings, store, site)
    assert content(site) == before
    assert [path.name for path in site.parent.glob(".public*")] == []


def test_behind_a_path_links_are_relative_all_the_same(tmp_path, store, site):
    settings = web_settings(tmp_path, RECAP_BASE_URL="https://post.example/recap")
    build_site(settings, store, site)
    home = (site / "index.html").read_text()
    assert 'href="issues/6/index.html"' in home
    assert 'href="https://post.example/recap/subscribe"' in home


def test_a_build_that_breaks_leaves_the_old_one(settings, store, site, monkeypatch):
    build_site(settings, store, site)
    before = content(site)

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(copying, "_linked", full)
    with pytest.raises(InputError, match="No space left"):
        build_site(settings, store, site)
    assert content(site) == before
    assert list(site.parent.glob(".public*")) == []


def test_a_folder_that_cannot_be_moved_in_leaves_the_old_one(settings, store, site, monkeypatch):
    build_site(settings, store, site)
    before = content(site)
    rename = Path.rename

    def stubborn(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError(18, "Invalid cross-device link")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", stubborn)
    with pytest.raises(InputError, match="what was there stays"):
        build_site(settings, store, site)
    assert content(site) == before


@pytest.mark.parametrize("name", ["notes.txt", "index.html", ".git"])
def test_a_folder_with_something_else_in_it_is_refused(settings, store, site, name):
    site.mkdir()
    (site / name).write_text("mine")
    with pytest.raises(InputError, match="something else"):
        build_site(settings, store, site)
    assert content(site) == {name: b"mine"}


def test_a_file_or_a_dead_link_in_the_place_is_refused(settings, store, site):
    site.symlink_to(site.parent / "nowhere")
    with pytest.raises(InputError):
        build_site(settings, store, site)
    site.unlink()
    site.write_text("mine")
    with pytest.raises(InputError):
        build_site(settings, store, site)
    assert site.read_text() == "mine"


def test_an_empty_folder_and_a_missing_parent_are_fine(settings, store, tmp_path):
    (tmp_path / "empty").mkdir()
    build_site(settings, store, tmp_path / "empty")
    build_site(settings, store, tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b" / MARKER).is_file()


def test_without_a_base_url_nothing_is_built(tmp_path, store, site):
    settings = web_settings(tmp_path, RECAP_BASE_URL="")
    with pytest.raises(ConfigError, match="RECAP_BASE_URL"):
        build_site(settings, store, site)
    assert not site.exists()


def test_the_command_says_what_to_open(settings, store, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RECAP_BASE_URL", BASE)
    monkeypatch.setenv("RECAP_SECRET_KEY", SECRET)
    monkeypatch.setenv("RECAP_DATABASE_URL", f"sqlite:///{tmp_path / 'recap.db'}")
    done = CliRunner().invoke(main, ["site", "build", "out"])
    assert done.exit_code == 0, done.output
    assert "open out/index.html" in done.output
    assert "2 issues and their search made anew" in CliRunner().invoke(main, ["upgrade"]).output
    refused = CliRunner().invoke(main, ["site", "build", "."])
    assert refused.exit_code == 1
    assert "something else" in refused.output
