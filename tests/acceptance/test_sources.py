"""`recap sources` from the command line, against a web server on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.acceptance.conftest import Terminal
from tests.standins.web import Answer, FastClock, Web, conditional, feed, running_web


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    hosts = ",".join(f"127.0.0.{number}" for number in range(1, 9))
    monkeypatch.setenv("RECAP_ALLOWED_HOSTS", hosts)
    with running_web(FastClock()) as served:
        yield served


@pytest.fixture
def bare(project: Terminal) -> Terminal:
    """A project without sources."""
    (project.folder / "recap.db").unlink()
    (project.folder / "sources.opml").write_text(
        '<opml version="2.0"><body><outline text="Gone" xmlUrl="https://gone.example/f"/></body></opml>'
    )
    project("init")
    project("sources", "mute", "Gone")
    return project


def test_a_source_is_added_by_the_address_of_its_site(bare: Terminal, web: Web) -> None:
    kind = 'rel="alternate" type="application/rss+xml"'
    head = f'<link {kind} href="/f"><link {kind} title="Comments" href="/c">'
    web.serve("/f", feed())
    told = bare("sources", "add", web.serve("/", Answer(f"<html>{head}</html>".encode()))).output
    assert f"The Lab: {web.url('/f')}" in told
    assert "1 new item" in told
    assert f"the site also names {web.url('/c')}" in told
    assert "last good" in bare("sources", "list").output


def test_a_page_without_a_feed_is_imported_collected_and_exported(bare: Terminal, web: Web) -> None:
    url = web.serve("/news", Answer(b'<ul><li><a href="/1">An AI chip</a></ul>'))
    outline = f'<outline type="page" text="Page" xmlUrl="{url}" select="li"/>'
    opml = bare.folder / "page.opml"
    opml.write_text(f'<opml version="2.0"><body>{outline}</body></opml>')
    bare("import", "page.opml")
    assert "Page: 1 item" in bare("sources", "check", "Page").output
    assert "1 new item" in bare("collect").output
    assert json.loads(bare("sources", "list", "--json").output)[1]["kind"] == "page"
    assert 'type="page"' in (exported := bare("sources", "export").output)
    assert 'select="li"' in exported


def test_a_site_without_a_feed_is_an_error(bare: Terminal, web: Web) -> None:
    page = Answer(b"<html></html>")
    told = bare("sources", "add", web.serve("/", page), exit_code=1).output
    assert "no feed was found" in told


def test_a_check_tells_the_good_from_the_failing_and_stores_no_item(
    bare: Terminal, web: Web
) -> None:
    bare("sources", "add", web.serve("/f", conditional(feed())), "--name", "Wire")
    bare("sources", "add", web.serve("/g", feed(), "127.0.0.2"), "--name", "Other")
    web.serve("/g", Answer(b"no", 404), "127.0.0.2")
    told = bare("sources", "check").output
    assert "good        Wire: 1 item" in told
    assert "failed      Other: answered 404 Not Found" in told
    assert "1 of 2 sources could be read" in told
    assert bare("sources", "check", "Other", exit_code=1)
    assert "failed twice" not in bare("sources", "list").output
    assert "failed 2 times in a row: answered 404" in bare("sources", "list").output
    assert "1 source had nothing newer" in bare("collect").output


def test_a_check_of_nobody_is_an_error(bare: Terminal) -> None:
    assert "no source is called `Nobody`" in bare("sources", "check", "Nobody", exit_code=1).output
    assert "there is no source to ask" in bare("sources", "check", exit_code=1).output


def test_the_list_for_programs_has_the_health(bare: Terminal, web: Web) -> None:
    bare("sources", "add", web.serve("/f", feed()))
    gone, lab = json.loads(bare("sources", "list", "--json").output)
    assert (gone["name"], gone["muted"], gone["last_try"]) == ("Gone", True, None)
    assert (lab["items_seen"], lab["items_used"]) == (1, 0)
    assert (lab["failures"], lab["error"]) == (0, "")
    assert lab["last_good"] is not None


def test_a_source_that_is_gone_is_muted_told_and_heard_again(bare: Terminal, web: Web) -> None:
    bare("sources", "add", web.serve("/f", feed()))
    web.serve("/f", Answer(b"", 410))
    told = bare("collect", exit_code=1).output
    assert "it is muted" in told
    assert "muted: answered 410 Gone on" in bare("sources", "list").output
    bare("sources", "unmute", "The Lab")
    web.serve("/f", feed())
    assert "from 1 of 1 source" in bare("collect").output


def test_sources_that_wait_are_no_failure(bare: Terminal, web: Web) -> None:
    bare("sources", "add", web.serve("/f", feed()))
    web.serve("/f", Answer(b"", 429, {"Retry-After": "3600"}))
    bare("collect", exit_code=1)
    told = bare("collect").output
    assert "from 0 of 0 sources" in told
    assert "waiting: 1 of the sources" in told


def test_the_client_names_the_base_url_as_its_contact(
    bare: Terminal, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECAP_BASE_URL", "https://recap.example")
    monkeypatch.setenv("RECAP_SECRET_KEY", "x" * 40)
    bare("sources", "add", web.serve("/f", feed()))
    assert "(+https://recap.example)" in web.visits[0].headers["user-agent"]


def test_a_check_leaves_a_paused_host_alone(bare: Terminal, web: Web) -> None:
    bare("sources", "add", web.serve("/f", feed()))
    web.serve("/f", Answer(b"", 429, {"Retry-After": "7200"}))
    bare("collect", exit_code=1)
    asked = len(web.visits)
    told = bare("sources", "check", exit_code=1).output
    assert "asked to be left alone until" in told
    assert len(web.visits) == asked


def test_the_list_of_no_source_says_how_to_get_some(project: Terminal) -> None:
    (project.folder / "recap.db").unlink()
    (project.folder / "sources.opml").unlink()
    (project.folder / "sources.opml").write_text(
        '<opml version="2.0"><body><outline text="X" xmlUrl="ftp://x.example/f"/></body></opml>'
    )
    project("init")
    assert "no source yet" in project("sources", "list").output
