"""`recap draft` in a project that wants the articles read."""

from __future__ import annotations

import json

from tests.standins.web import Answer, FastClock, running_web

SUMMARY = "Northwind has shown an accelerator that holds long contexts in its own memory."
PAGE = (
    "<!DOCTYPE html><html><body><article><h1>Northwind shows an accelerator</h1>"
    f"<p>{SUMMARY}</p><p>The accelerator draws 350 watts and ships in October.</p></article>"
    "</body></html>"
)


def test_a_draft_says_which_articles_it_read_and_why_not_the_others(project, monkeypatch):
    monkeypatch.setenv("RECAP_ALLOWED_HOSTS", "127.0.0.1")
    settings = project.folder / "schedules.yaml"
    settings.write_text(settings.read_text().replace("articles: false", "articles: true"))
    titles = ["Northwind shows an AI accelerator", "Harbour Labs opens a language model for law"]
    with running_web(FastClock()) as web:
        page = Answer(PAGE.encode(), headers={"Content-Type": "text/html"})
        urls = [web.serve("/a", page), web.url("/gone")]
        lines = [
            json.dumps({"url": url, "title": title, "summary": SUMMARY if url == urls[0] else ""})
            for url, title in zip(urls, titles, strict=True)
        ]
        (project.folder / "items.jsonl").write_text("\n".join(lines))
        project("import", "items.jsonl", "--now", "2026-05-27T12:00:00Z")
        told = project("draft", "--now", "2026-05-27T13:00:00Z").output
    assert "1 of 2 articles, 1 now" in told
    assert f"{titles[1]} (items): answered 404 Not Found" in told
    assert "350 watts" in project("show", "1", "--format", "text").output
    assert sorted(visit.path for visit in web.visits) == ["/a", "/gone", "/robots.txt"]
