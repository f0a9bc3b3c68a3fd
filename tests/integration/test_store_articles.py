"""Articles and robots.txt are kept by item and by origin, on each database."""

from __future__ import annotations

from datetime import timedelta

from digest.store import Store
from digest.store.articles import Article
from tests.builders import NOW, make_item


def test_an_article_replaces_what_was_kept_of_its_item(store: Store) -> None:
    store.content.add_items([make_item("a"), make_item("b")], at=NOW)
    store.articles.save(Article("a", NOW, outcome="answered 404 Not Found"))
    kept = Article("a", NOW + timedelta(days=1), "It ships in October.")
    store.articles.save(kept)
    assert store.articles.of(["a", "b"]) == {"a": kept}
    assert store.articles.of([]) == {}


def test_a_robots_txt_is_kept_as_long_as_it_is_fresh(store: Store) -> None:
    store.articles.save_robots("https://lab.example", "", NOW - timedelta(days=1))
    store.articles.save_robots("https://lab.example", "User-agent: *", NOW)
    store.articles.save_robots("https://old.example", "", NOW - timedelta(days=1))
    assert store.articles.robots(NOW - timedelta(days=1)) == {
        "https://lab.example": "User-agent: *"
    }
