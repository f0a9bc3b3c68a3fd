"""Records made into items, or refused."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.clean import plain, without_markdown, without_tex
from digest.items import RawItem, Refusal, clean_item, doubt_dates
from digest.model import Item

NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)
URL = "https://www.lab.example/posts/one?utm_source=rss"


def item(**fields: str | None) -> Item:
    """The item of a record with a title, an address and what else is given."""
    result = clean_item(RawItem(**{"title": "A new chip", "url": URL, **fields}), now=NOW)
    assert isinstance(result, Item)
    return result


def refusal(**fields: str | None) -> Refusal:
    """The refusal of such a record."""
    result = clean_item(RawItem(**{"title": "A new chip", "url": URL, **fields}), now=NOW)
    assert isinstance(result, Refusal)
    return result


def test_a_plain_record_becomes_an_item_without_remarks() -> None:
    made = item(id="7", summary="It is <b>fast</b>.", published="2026-05-30", source="Lab &amp; Co")
    assert made == Item(
        id="7",
        url="https://lab.example/posts/one",
        link="https://www.lab.example/posts/one",
        title="A new chip",
        summary="It is fast.",
        source="Lab & Co",
        published=datetime(2026, 5, 30, tzinfo=UTC),
        first_seen=datetime(2026, 5, 30, tzinfo=UTC),
    )


def test_an_item_without_an_id_is_named_by_its_address() -> None:
    expected = hashlib.sha256(b"https://lab.example/posts/one").hexdigest()[:16]
    assert item().id == expected
    assert item(id="x" * 65).id == expected
    assert item(id="a\x00b").id == expected
    assert item(id="  ").id == expected


def test_a_source_without_a_name_is_named_by_its_host() -> None:
    assert item(source=" ").source == "lab.example"


def test_a_missing_title_is_taken_from_the_text() -> None:
    made = item(title="<p> </p>", summary="The chip is out. " * 20)
    assert made.title.startswith("The chip is out.")
    assert len(made.title) <= 100
    assert made.remarks[0] == "no title: the start of the text stands in for it"


def test_neither_title_nor_text_is_refused() -> None:
    assert refusal(title=None, position="line 3") == Refusal(
        f"line 3: {URL}", "no title and no text"
    )


def test_no_address_is_refused_by_name() -> None:
    assert refusal(url=None) == Refusal("A new chip", "no address (url)")
    assert refusal(url=" ", title=None) == Refusal("an item without a title", "no address (url)")


def test_an_address_that_is_no_web_address_is_refused_with_its_value() -> None:
    assert refusal(url="javascript:alert(1)").reason == (
        "`javascript:alert(1)` is not a web address"
    )


def test_a_gigantic_title_is_refused() -> None:
    found = refusal(title="x " * 2_500_000)
    assert found.reason == "the title has 5,000,000 characters; more than 100,000 is no title"
    assert len(found.subject) <= 80


def test_a_long_title_is_cut_at_a_word() -> None:
    made = item(title="word " * 100)
    assert len(made.title) <= 300
    assert made.title.endswith("word…")
    assert made.remarks == ("title of 499 characters cut to 300", "undated")


def test_a_long_summary_is_cut_after_a_sentence() -> None:
    made = item(summary="This is one sentence. " * 200)
    assert 1_900 < len(made.summary) <= 2_000
    assert made.summary.endswith("sentence.")


def test_a_long_summary_ends_behind_a_quote_and_not_within_a_number() -> None:
    made = item(summary="word " * 300 + 'She said: "It ships." ' + "word 3.5 " * 200)
    assert made.summary.endswith('"It ships."')
    assert len(made.summary) == 1_521


def test_a_sentence_that_ends_in_the_first_half_of_a_long_summary_is_no_end() -> None:
    early = item(summary="x" * 999 + ". " + "word " * 400)
    assert early.summary.endswith("word…")
    late = item(summary="x" * 999 + '." ' + "word " * 400)
    assert late.summary.endswith('x."')


def test_a_long_summary_of_little_but_white_space_is_folded_whole() -> None:
    made = item(summary="word" + " \n\t" * 1_000 + "end")
    assert made.summary == "word end"


@given(st.text(alphabet="ab .\n\r\t\x0b\x1c\x7f-*_#`[$\\<&é\u200b", max_size=60))
def test_text_without_marks_is_cleaned_as_any_text(text: str) -> None:
    made = item(summary=text)
    assert made.summary == without_tex(plain(without_markdown(text)))


def test_a_long_summary_without_sentences_is_cut_at_a_word() -> None:
    made = item(summary="word " * 1_000)
    assert len(made.summary) <= 2_000
    assert made.summary.endswith("word…")


def test_repaired_damage_is_remarked() -> None:
    made = item(title="๐Ÿ’ก A new chip", published="2026-05-30")
    assert made.title == "💡 A new chip"
    assert made.remarks == ("damaged characters repaired",)


def test_control_characters_vanish() -> None:
    assert item(title="A\x00 new\x07 chip\x1b").title == "A new chip"


def test_no_date_at_all_is_remarked_as_undated() -> None:
    made = item()
    assert made.published is None
    assert made.first_seen == NOW
    assert made.remarks == ("undated",)


def test_first_seen_alone_is_not_a_publication() -> None:
    made = item(first_seen="2026-05-29T10:00:00Z")
    assert made.published is None
    assert made.first_seen == datetime(2026, 5, 29, 10, tzinfo=UTC)
    assert made.remarks == ()


def test_a_publication_in_the_future_is_ignored_with_its_date() -> None:
    made = item(published="2036-01-01", first_seen="2026-05-29")
    assert made.published is None
    assert made.remarks == ("publication date 2036-01-01 ignored: it lies in the future",)


def test_a_publication_a_few_hours_ahead_is_kept_but_not_taken_for_first_seen() -> None:
    made = item(published="2026-06-01T06:00:00Z")
    assert made.published == datetime(2026, 6, 1, 6, tzinfo=UTC)
    assert made.first_seen == NOW
    assert made.remarks == ()


def test_a_publication_of_another_age_is_ignored_with_its_date() -> None:
    made = item(published="Thu, 01 Jan 1970 00:00:00 GMT")
    assert made.published is None
    assert made.remarks == (
        "publication date 1970-01-01 ignored: it lies more than 20 years back",
        "undated",
    )


def test_an_unreadable_date_is_remarked_with_its_value() -> None:
    made = item(published="last <b>Tuesday</b>", first_seen="soon")
    assert made.remarks == (
        "first-seen date `soon` could not be read",
        "publication date `last Tuesday` could not be read",
        "undated",
    )


def test_what_was_fetched_was_first_seen_now_whatever_its_date() -> None:
    raw = RawItem(title="A new chip", url=URL, published="2026-05-20")
    made = clean_item(raw, now=NOW, fetched=True)
    assert isinstance(made, Item)
    assert (made.published, made.first_seen) == (datetime(2026, 5, 20, tzinfo=UTC), NOW)


def test_a_date_of_ten_years_ago_is_one() -> None:
    assert item(published="2004-02-01").published == datetime(2004, 2, 1, tzinfo=UTC)


def test_the_guid_is_kept_as_one_line() -> None:
    assert item(guid=" tag:lab.example,2026:\n7 ").guid == "tag:lab.example,2026: 7"
    assert len(item(guid="x" * 10_000).guid) == 1_000


def test_the_part_of_a_page_counts_only_where_the_guid_names_it() -> None:
    page = "https://lab.example/notes#v2"
    assert item(url=page, guid="tag:lab.example:notes#v2").url == page
    assert item(url=page, guid="tag:lab.example:notes").url == "https://lab.example/notes"
    assert item(url=page, guid="other#v1").url == "https://lab.example/notes"
    assert item(url=f"{page}?utm_source=x", guid="x#v2").url == page


def test_dates_of_the_time_of_asking_are_doubted_a_source_at_a_time() -> None:
    built = [item(published=NOW.isoformat(), source="Built", url=f"{URL}&n={n}") for n in range(3)]
    few = [item(published=NOW.isoformat(), source="Few", url=f"{URL}&m={n}") for n in range(2)]
    undated = [item(source="None", url=f"{URL}&k={n}") for n in range(3)]
    found = doubt_dates([*built, *few, *undated], now=NOW)
    assert [one.published for one in found] == [None] * 3 + [NOW] * 2 + [None] * 3
    assert found[3:] == (*few, *undated)


@pytest.mark.parametrize(("text", "points"), [("0", 0), ("128", 128), (" 12.0 ", 12), ("", None)])
def test_points_are_the_whole_number_that_the_source_counts(text: str, points: int | None) -> None:
    made = item(points=text, published="2026-05-29")
    assert (made.points, made.remarks) == (points, ())


@pytest.mark.parametrize("text", ["-3", "0.87", "many", "1" * 16, "[1]"])
def test_points_that_are_no_count_are_remarked_with_their_value(text: str) -> None:
    made = item(points=text, published="2026-05-29")
    assert made.points is None
    assert made.remarks == (f"points `{text}` ignored: no whole number from 0 up",)


def test_the_language_is_that_of_the_title_or_of_a_short_title_and_the_text() -> None:
    assert item(title="这家公司昨天发布了新的芯片").language == "zh"
    assert item(title="GPT-5", summary="这家公司昨天发布了新的芯片").language == "zh"
    assert item(title="A long English title of a page", summary="芯片").language == "en"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("title", "Sponsored: the cloud you deserve"),
        ("title", "The cloud you deserve (Sponsor)"),
        ("title", "[Sponsored] The cloud you deserve"),
        ("title", "Advertisement"),
        ("title", "[AD] The cloud you deserve"),
        ("title", "【广告】云服务"),
        ("title", "Sponsored by Acme Cloud"),
        ("title", "A message from our sponsor"),
        ("title", "🔔 Become a paid member today"),
        ("title", "Become a curator"),
        ("title", "Subscribe to our newsletter"),
        ("title", "Join our Discord"),
        ("title", "Reach 7 million engaged tech professionals"),
        ("summary", "Advertisement: buy this cloud."),
        ("summary", "This post is sponsored by Acme."),
        ("source", "Sponsored"),
        ("source", "Acme Cloud (Sponsored)"),
    ],
)
def test_adverts_and_house_notices_are_flagged(field: str, text: str) -> None:
    made = item(**{"published": "2026-05-30", field: text})
    assert made.sponsored
    assert made.remarks == ("an advertisement or a house notice",)


@pytest.mark.parametrize(
    "title",
    [
        "OpenAI sponsors a race",
        "Sponsored research at universities falls",
        "Advertisement revenue grows at Acme",
        "Ads come to chatbots",
        "Become a better engineer with agents",
        "Lab joins our energy grid",
        "Study of Alzheimer's disease (AD) uses new model",
        "Scale is hiring a chief scientist",
        "Subscriptions to our rivals fall, says lab",
        "Promoted to chief scientist: Ada Example",
    ],
)
def test_news_about_advertising_is_not_flagged(title: str) -> None:
    assert not item(title=title).sponsored


TEXT = (
    st.none() | st.text(max_size=200) | st.sampled_from([URL, "2026-05-30", "1970", "<p>", "\x00"])
)


@settings(deadline=None)
@given(st.builds(RawItem, *[TEXT] * 8))
def test_no_record_makes_it_fail(raw: RawItem) -> None:
    made = clean_item(raw, now=NOW)
    if isinstance(made, Refusal):
        assert made.subject
        assert made.reason
    else:
        assert made.title
        assert 1 <= len(made.id) <= 64
        assert made.url.startswith("https://")
        f"{made}".encode()
