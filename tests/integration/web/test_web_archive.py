"""The pages of past issues: what is public, the same bytes as the mail, stable addresses, feeds."""

from __future__ import annotations

import json
from dataclasses import replace

import feedparser
import pytest
from lxml import etree
from lxml import html as lxml_html

from digest.model import IssueStatus
from digest.render import personalise
from digest.sources.feed import parse_feed
from digest.tokens import leave_token, preferences_token
from tests.builders import make_brief, make_issue, make_item, make_story, make_theme
from tests.builders_sending import approved, join
from tests.builders_web import (
    BASE,
    SECRET,
    publish,
    story_path,
    theme_path,
    web_app,
    web_settings,
)
from tests.email.mails import rich_story

HOSTILE = '"><script>alert(1)</script>{{ 7*7 }}'
RICH = rich_story(1)
PAGES = ("/", "/issues/", "/issues/5", story_path(RICH), theme_path("Infra capex"))


def rich_issue(**fields):
    return make_issue(make_theme("Infra capex", [RICH, rich_story(2)], found=7), **fields)


def seen(client, path: str):
    reply = client.get(path)
    assert reply.status_code == 200, path
    return lxml_html.document_fromstring(reply.text)


# What is public


@pytest.mark.parametrize("status", [IssueStatus.DRAFT, IssueStatus.HELD, IssueStatus.SKIPPED])
def test_an_issue_that_was_not_sent_has_no_page(store, client, status):
    store.content.save_issue(rich_issue(status=status))
    for path in PAGES[2:]:
        assert client.get(path).status_code == 404
    assert "Infra capex" not in client.get("/").text + client.get("/search?q=corvid").text


def test_an_approved_issue_has_no_page_before_its_send_begins(store, settings, client):
    approved(store, settings)
    assert client.get("/issues/5").status_code == 404
    assert "issues/5" not in client.get("/sitemap.xml").text + client.get("/feed.json").text


@pytest.mark.parametrize(
    "path",
    ["/issues/0", "/issues/6", "/issues/-1", "/issues/5.0", "/issues/x", "/issues/" + "9" * 40,
     "/issues/5/x", "/issues/5/" + "0" * 10, "/issues/5/..%2f..%2fetc", "/issues/5/%00",
     "/issues/5/" + "a-" * 4000 + "0" * 10, "/issues/5/\u202e", "/issues//5", "/themes/",
     "/themes/x", "/themes/" + "0" * 10, "/themes/'; DROP TABLE issue; --", "/feed", "/feeds.xml"],
)  # fmt: skip
def test_what_does_not_exist_is_not_found(store, settings, client, path):
    assert client.get(path).status_code == 404


# The issue as the mail


def test_an_issue_is_shown_in_the_bytes_of_its_mail(store, settings, client):
    publish(store, settings, rich_issue())
    mail = store.approvals.frozen(5).mail
    (reader,) = join(store, "ada")
    (sent,) = personalise(mail, [replace(reader, name="")], secret=SECRET)
    own = mail.html[slice(*mail.footer.html)]
    for gap, token in (("UNSUBSCRIBE", leave_token), ("PREFERENCES", preferences_token)):
        own = own.replace(f"@@{gap}@@", token(reader.id, SECRET))
    assert sent.html.count(own) == 1
    head, body = sent.html.replace(own, "").split("</head>")
    page = client.get("/issues/5").text
    assert page.startswith(head)
    assert body[body.index(">", body.index("<body")) + 1 : body.index("</body>")] in page


def test_nothing_of_a_reader_is_on_the_page_of_an_issue(store, settings, client):
    publish(store, settings)
    page = client.get("/issues/5").text
    for own in ("@@", "/leave/", "/preferences/", "You get this because", "Hello"):
        assert own not in page


def test_the_mail_leads_to_its_page(store, settings, client):
    publish(store, settings)
    mail = store.approvals.frozen(5).mail
    assert f"{BASE}/issues/5" in mail.html
    assert f"{BASE}/issues/5" in mail.text
    assert client.get("/issues/5").status_code == 200


def test_the_policy_of_an_issue_lets_its_styles_pass_and_no_script(store, tmp_path, clock):
    settings = web_settings(tmp_path)
    logo = replace(settings.brand, logo="https://cdn.example/logo.png")
    settings = replace(settings, brand=logo)
    client = web_app(store, settings, clock).test_client()
    publish(store, settings)
    policy = dict(
        rule.strip().split(" ", 1)
        for rule in client.get("/issues/5").headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["img-src"] == "'self' https://cdn.example"
    assert "unsafe" not in policy["style-src-elem"]
    assert policy["style-src-elem"].count("sha256-") >= 3
    assert policy["style-src-attr"] == "'unsafe-inline'"
    assert not [name for name in policy if name.startswith(("script", "connect", "frame-src"))]
    plain = client.get("/issues/").headers["Content-Security-Policy"]
    assert "unsafe" not in plain


# Stories, themes, lists


def test_a_story_has_its_whole_brief_its_reports_and_the_way_to_the_issue(store, settings, client):
    publish(store, settings, rich_issue())
    page = seen(client, story_path(RICH))
    assert page.findtext(".//h1") == RICH.title
    assert page.xpath("//h2/text()")[:8] == [
        "30-second TL;DR", "Key takeaways", "Comparison", "Technical deep dive",
        "Future implications", "Timeline", "Related updates", "Reported by",
    ]  # fmt: skip
    text = " ".join(page.text_content().split())
    for part in ("What changed", "Why it matters", "What to do next", "Who should care:"):
        assert part in text
    assert len(page.xpath("//section[@aria-labelledby='sources']//a")) == len(RICH.items)
    assert page.xpath("//aside//a/@href") == ["/issues/5"]
    assert page.xpath("//link[@rel='canonical']/@href") == [BASE + story_path(RICH)]
    shares = page.xpath("//nav[@class='share']//a/@href")
    assert [url.split(":")[0] for url in shares] == ["mailto", "https", "https", "https"]


def test_a_story_without_a_brief_shows_no_empty_part(store, settings, client):
    bare = make_story(make_item("bare", "Bare story", summary=""), brief=replace(
        RICH.brief, **{name: () for name in RICH.brief.__dataclass_fields__
                       if name not in ("comparison", "writer", "what_changed")},
        comparison=type(RICH.brief.comparison)(), writer="",
    ))  # fmt: skip
    publish(store, settings, make_issue(make_theme("Chips", [bare, rich_story(4)])))
    page = seen(client, story_path(bare))
    assert page.xpath("//h2/text()") == ["30-second TL;DR", "Reported by", "Weekly AI Recap"]


def test_an_address_outlives_the_headline_it_was_made_of(store, settings, client):
    publish(store, settings, rich_issue())
    key = story_path(RICH).rpartition("-")[2]
    for given in (f"/issues/5/{key}", f"/issues/5/another-headline-{key}", f"/issues/05/{key}"):
        reply = client.get(given)
        assert (reply.status_code, reply.headers["Location"]) == (301, story_path(RICH))
        assert "Content-Security-Policy" in reply.headers


def test_the_call_out_of_an_old_story_leads_to_the_newest_issue(store, settings, client):
    publish(store, settings, rich_issue())
    newer = make_story(make_item("new", "Newer"))
    publish(
        store, settings,
        make_issue(make_theme("infra capex", [newer]), number=6, week="2026-W23"),
    )  # fmt: skip
    assert seen(client, story_path(RICH)).xpath("//aside//a/@href") == ["/issues/6"]
    theme = seen(client, theme_path("Infra Capex"))
    assert theme.xpath("//h2//text()")[1:] == [
        "Issue 6 · Jun 1 – 7, 2026", "Issue 5 · May 25 – 31, 2026"
    ]  # fmt: skip
    assert theme.xpath("//td/text()") == ["1 ", "7 "]
    issue = seen(client, "/issues/5")
    assert "/issues/6" in issue.xpath("//footer//a/@href")


def test_text_of_feeds_is_escaped(store, settings, client):
    item = make_item("evil", HOSTILE, summary=HOSTILE, source=HOSTILE)
    story = make_story(item, brief=make_brief(item, insight=HOSTILE, takeaways=HOSTILE))
    publish(store, settings, make_issue(make_theme(HOSTILE, [story, rich_story(2)])))
    every = ["/", "/issues/", "/issues/5", story_path(story), theme_path(HOSTILE),
             "/feed.xml", "/feed.json", "/sitemap.xml", "/search?q=script"]  # fmt: skip
    for path in every:
        reply = client.get(path)
        assert reply.status_code == 200, path
        assert "<script" not in reply.text.replace("\\u003c", ""), path
        assert "{{ 7*7 }}" in reply.text or path in ("/issues/", "/sitemap.xml")


def test_every_page_names_itself_for_search_engines_and_other_sites(store, settings, client):
    publish(store, settings, rich_issue())
    for path in PAGES:
        page = seen(client, path)
        assert page.xpath("//link[@rel='canonical']/@href") == [f"{BASE}{path}"], path
        told = dict(zip(page.xpath("//meta/@property"), page.xpath("//meta[@property]/@content"),
                        strict=True))  # fmt: skip
        assert told["og:url"] == f"{BASE}{path}"
        assert told["og:title"]
        assert told["og:site_name"] == "Weekly AI Recap"
        assert len(page.findall(".//main")) == 1
        assert not page.findall(".//script")
        assert client.get(path).headers["X-Robots-Tag"] == "all"
    assert client.get("/search?q=x").headers["X-Robots-Tag"] == "noindex"


def test_pages_may_be_kept_and_are_asked_for_by_tag_but_for_the_form(store, settings, client):
    publish(store, settings, rich_issue())
    for path in (*PAGES[1:], "/feed.xml", "/search?q=corvid", "/robots.txt", "/frame.css"):
        reply = client.get(path)
        assert reply.headers["Cache-Control"] == "public, max-age=300", path
        again = client.get(path, headers={"If-None-Match": reply.headers["ETag"]})
        assert (again.status_code, again.text) == (304, "")
        assert "Content-Security-Policy" in again.headers
    assert client.get("/").headers["Cache-Control"] == "no-store"


def test_no_page_of_the_archive_takes_anything(store, settings, client):
    publish(store, settings, rich_issue())
    for path in (*PAGES, "/search", "/feed.xml", "/robots.txt"):
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            reply = client.open(path, method=method, data={"q": "x"})
            assert (reply.status_code, "GET" in reply.headers["Allow"]) == (405, True)


def test_who_finds_the_form_on_the_first_page_subscribes_with_it(store, settings, client, clock):
    page = seen(client, "/")
    assert page.xpath("//form/@action") == ["/subscribe"]
    stamp = page.xpath("//input[@name='stamp']/@value")[0]
    clock.sleep(5)
    client.post("/subscribe", data={"email": "ada@post.example", "stamp": stamp})
    assert store.audience.by_email("ada@post.example")
    assert "No issue has been sent yet." in page.text_content()


# Search, feeds


def test_search_finds_stories_page_by_page(store, settings, client):
    stories = [make_story(make_item(f"s{n}", f"Northwind plant {n}")) for n in range(23)]
    publish(store, settings, make_issue(make_theme("Chips", stories)))
    first = seen(client, "/search?q=%22Northwind%22%20volcano")
    assert "Nothing was found" in first.text_content()
    first = seen(client, "/search?q=northwind+PLANT")
    assert len(first.xpath("//ol/li")) == 20
    assert "23 stories for “northwind PLANT”" in first.text_content()
    (after,) = first.xpath("//main//nav//a/@href")
    second = seen(client, after)
    assert len(second.xpath("//ol/li")) == 3
    assert second.xpath("//main//nav//a/@href") == ["/search?q=northwind%20PLANT&page=1"]
    for page in ("0", "-1", "x", "999999", "٣", "1e3", ""):
        assert client.get(f"/search?q=northwind&page={page}").status_code == 200


def test_a_hostile_question_is_answered(store, settings, client):
    publish(store, settings)
    for question in (HOSTILE, "\0", "a" * 10_000, "'\"`;--", "%F0%9F", "%ff", " ", "\ud800"):
        sent = question.encode("utf-8", "surrogatepass")
        reply = client.get("/search", query_string={"q": sent})
        assert reply.status_code == 200, question
        assert "<script>" not in reply.text
        assert len(reply.text) < 20_000
        assert client.get(f"/search?q={HOSTILE}&q=b&page=1").status_code == 200


def test_the_atom_feed_is_read_by_feedparser_and_by_ours(store, settings, client):
    publish(store, settings, rich_issue())
    reply = client.get("/feed.xml")
    assert reply.mimetype == "application/atom+xml"
    feed = feedparser.parse(reply.data)
    assert not feed.bozo
    (entry,) = feed.entries
    assert (entry.id, entry.link) == (f"{BASE}/issues/5", f"{BASE}/issues/5")
    assert entry.title == store.approvals.frozen(5).mail.subject
    assert f"{BASE}{story_path(RICH)}" in entry.content[0].value
    ours = parse_feed(reply.data, url=f"{BASE}/feed.xml")
    assert [(item.title, item.link) for item in ours.items] == [(entry.title, entry.link)]
    assert ours.items[0].published == store.archive.issue(5).published_at


def test_the_json_feed_says_the_same(store, settings, client):
    publish(store, settings, rich_issue())
    reply = client.get("/feed.json")
    assert reply.mimetype == "application/feed+json"
    feed = json.loads(reply.text)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    (item,) = feed["items"]
    assert item["id"] == item["url"] == f"{BASE}/issues/5"
    ours = parse_feed(reply.data, content_type=reply.mimetype, url=f"{BASE}/feed.json")
    assert ours.items[0].link == item["url"]


def test_feeds_without_an_issue_are_valid(client):
    feed = feedparser.parse(client.get("/feed.xml").data)
    assert (feed.bozo, feed.entries) == (False, [])
    assert feed.feed.updated == "1970-01-01T00:00:00Z"
    assert client.get("/feed.json").json["items"] == []


def test_the_sitemap_lists_every_page_and_robots_name_it(store, settings, client):
    publish(store, settings, rich_issue())
    tree = etree.fromstring(client.get("/sitemap.xml").data)
    listed = [loc.text.removeprefix(BASE) for loc in tree.iter("{*}loc")]
    assert set(PAGES) <= set(listed)
    assert all(client.get(path).status_code == 200 for path in listed)
    robots = client.get("/robots.txt").text
    assert f"Sitemap: {BASE}/sitemap.xml" in robots
    assert "Disallow: /leave/" in robots


# Other installations


def test_behind_a_path_every_link_has_it(store, tmp_path, clock):
    settings = web_settings(tmp_path, RECAP_BASE_URL="https://post.example/recap")
    client = web_app(store, settings, clock).test_client()
    publish(store, settings, rich_issue())
    for path in PAGES:
        links = seen(client, path).xpath("//@href | //@action")
        own = [link for link in links if link.startswith("/")]
        assert own
        assert all(link.startswith("/recap/") for link in own), path
    key = story_path(RICH).rpartition("-")[2]
    assert client.get(f"/issues/5/{key}").headers["Location"] == f"/recap{story_path(RICH)}"


def test_an_archive_in_arabic_is_turned_and_has_no_english_words(store, tmp_path, clock):
    english = web_settings(tmp_path)
    settings = replace(english, brand=replace(english.brand, language="ar"))
    client = web_app(store, settings, clock).test_client()
    publish(store, settings, rich_issue())
    for path in (*PAGES, "/search?q=corvid"):
        page = seen(client, path)
        assert (page.get("lang"), page.get("dir")) == ("ar", "rtl")
        text = page.text_content()
        for word in ("Subscribe", "Issues", "Search", "Share", "What changed", "Stories"):
            assert word not in text, path
