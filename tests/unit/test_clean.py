"""Text repair, HTML to text, addresses, dates and languages."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.addresses import anchor
from digest.clean import (
    canonical_url,
    clean_link,
    html_to_text,
    language_of,
    parse_date,
    plain,
    repair_text,
    shorten,
    shown_url,
    without_markdown,
    without_tex,
)
from digest.errors import InputError

LANGUAGES = {
    "en": "The lab’s new model costs half as much – “a bargain”, says its maker…",
    "fr": "L’été dernier, l’équipe a dévoilé « Cœur », un modèle à 7 € l’heure ; voilà où ça mène.",
    "de": "„Größere Modelle sind kein Selbstzweck“, sagt Jürgen Weiß – und hört übermorgen auf.",
    "es": "¿Cuánto costará? El año próximo, según la compañía, será “más barato” — ¡ojalá!",
    "pt": "A máquina já não é lenta; a irmã disse: “não há solução”, e o avô concordou.",
    "vi": "Công ty ra mắt mô hình mới vào tuần trước, “rẻ hơn một nửa” so với đối thủ…",
    "pl": "Żółta łódź – „źdźbło” prawdy o sztucznej inteligencji, mówi Łukasz.",
    "ru": "Вчера компания показала «самую быструю» модель… и объявила цену — 5 € за час.",
    "zh": "这家公司昨天发布了新的芯片，“价格更低”，速度更快……",
    "ja": "同社は昨日、新しいチップ「速い」を発表した。ｶﾀｶﾅもそのままだ。",
    "ko": "그 회사는 어제 새로운 칩을 발표했다 – “더 빠르다”고 한다.",
    "th": "เมื่อวานนี้ บริษัทเปิดตัวชิป “เร็วที่สุด” ในโลก – ราคา ๑๐ บาท…โรงเรียนไทย",
    "ar": "أعلنت الشركة أمس عن شريحة جديدة، «الأسرع» في العالم…",
    "tr": "Şirket dün “en hızlı” çipini tanıttı; İğdır’da üretilecek.",
    "el": "Η εταιρεία παρουσίασε χθες το «ταχύτερο» τσιπ – ναι…",
    "hi": "कंपनी ने कल “सबसे तेज़” चिप पेश की…",
}


def damaged(text: str, *, page: str = "cp874", lost: bool = False) -> str:
    """`text` as a program shows it that reads its UTF-8 bytes as `page`."""
    chars = []
    for byte in text.encode():
        for encoding in (page, "cp1252"):
            try:
                chars.append(bytes([byte]).decode(encoding))
                break
            except UnicodeDecodeError:
                continue
        else:
            chars.append("" if lost else chr(byte))
    return "".join(chars)


# --- damaged text


@pytest.mark.shared
def test_the_seed_comes_out_with_no_damaged_run(shared: Path) -> None:
    (page,) = (shared / "seed").iterdir()
    text = repair_text(page.read_text(encoding="utf-8"))
    assert not re.search(r"[\u0e00-\u0e7f\u0178\u20ac\u0152-\u0161]", text)
    for line in ("💡$244B AWS", "⚡ 30-Second", "🧠\xa0 Deep", "🛠\ufe0f Technical", "⏳ Timeline"):
        assert line.replace("\xa0", "") in text.replace("\xa0", "")
    assert text.count("•Amazon") == 1
    assert text.startswith("Freshcollected")
    assert repair_text(text) == text


@pytest.mark.parametrize("page", ["cp874", "cp1252"])
def test_symbols_of_every_kind_come_back(page: str) -> None:
    text = "💡 one → two • three 📊 four ⚡"
    assert repair_text(damaged(text, page=page)) == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_clean_text_is_left_alone(language: str) -> None:
    assert repair_text(LANGUAGES[language]) == LANGUAGES[language]


SYMBOLS = [
    chr(code)
    for first, last in (
        (0x2010, 0x2060), (0x20A0, 0x20D0), (0x2100, 0x2400), (0x2460, 0x2800), (0x2B00, 0x2C00),
        (0x3000, 0x3030), (0x1F300, 0x1F650), (0x1F680, 0x1F700), (0x1F7E0, 0x1F800),
        (0x1F900, 0x1FB00),
    )
    for code in range(first, last)
    if unicodedata.category(chr(code))[0] in "SP"
]  # fmt: skip


@pytest.mark.parametrize(("lost", "share"), [(False, 0.95), (True, 0.76)])
@pytest.mark.parametrize("page", ["cp874", "cp1252"])
def test_most_emoji_and_symbols_come_back_one_at_a_time(
    page: str, lost: bool, share: float
) -> None:
    back = sum(
        repair_text(damaged(f"A {symbol} b", page=page, lost=lost)) == f"A {symbol} b"
        for symbol in SYMBOLS
    )
    assert back >= share * len(SYMBOLS)


def test_real_thai_beside_damage_is_left_alone() -> None:
    assert repair_text("โลก " + damaged("💡 • →")) == "โลก 💡 • →"
    assert repair_text(f"{LANGUAGES['th']} {damaged('💡 → •')}") == f"{LANGUAGES['th']} 💡 → •"


def test_a_lone_piece_in_a_thai_text_is_left_alone() -> None:
    assert repair_text("โ€ ภาษาไทย ๐Ÿง") == "โ€ ภาษาไทย ๐Ÿง"


def test_western_damage_is_repaired_with_typographic_quotes_kept() -> None:
    assert repair_text("donâ€™t sayÂ\xa0â€œstopâ€\x9d") == "don’t say\xa0“stop”"
    assert repair_text("FranÃ§ais Ã  la carte") == "Français à la carte"


def test_a_closing_quote_that_lost_its_last_byte_comes_back() -> None:
    assert repair_text("sayâ€œstopâ€ now") == "say“stop” now"
    assert repair_text(damaged("💡 • “stop” now", lost=True)) == "💡 • “stop” now"


def test_text_damaged_twice_is_repaired_twice() -> None:
    assert repair_text(damaged(damaged("it’s", page="cp1252"), page="cp1252")) == "it’s"


def test_control_characters_that_mean_cp1252_become_what_they_mean() -> None:
    assert repair_text("it\x92s \x93quoted\x94") == "it’s “quoted”"


def test_damage_that_left_control_characters_is_repaired() -> None:
    assert repair_text("๐\x9f”\x91 key and ๐\x9f’ก bulb") == "🔑 key and 💡 bulb"


def test_an_undecidable_emoji_is_dropped() -> None:
    assert repair_text("๐ŸงFresh news") == "Fresh news"
    assert repair_text("ðŸ§x and more") == "x and more"
    assert repair_text("a ðŸ€ b") == "a  b"


def test_one_lost_byte_is_put_back_where_only_one_emoji_fits() -> None:
    assert repair_text(damaged("⏳ now 💡 • x", lost=True)) == "⏳ now 💡 • x"


def test_what_stays_undecided_in_a_damaged_document_is_dropped() -> None:
    assert repair_text(damaged("💡 • a ") + "โ– b โ c") == "💡 • a  b  c"


def test_letters_are_repaired_in_a_document_that_is_surely_damaged() -> None:
    assert repair_text(damaged("💡 café • São")) == "💡 café • São"


def test_a_byte_order_mark_and_wide_punctuation_are_repaired() -> None:
    assert repair_text("๏ปฟTitle") == "Title"
    assert repair_text(damaged("发布，", page="cp1252")) == "发布，"
    assert repair_text(damaged("🛠️ a，b 。c")) == "🛠️ a，b 。c"


def test_what_looks_like_damage_but_decodes_to_nothing_stays() -> None:
    assert repair_text("๏ธ x") == "๏ธ x"
    assert repair_text("เ€ก â€") == "เ€ก â€"


def test_undecidable_letters_of_a_damaged_document_are_dropped() -> None:
    assert repair_text(damaged("💡 • ") + "ร" + "\x81" + "x") == "💡 • Áx"
    assert repair_text(damaged("💡 • ") + "ย\x80x") == "💡 • x"


@settings(deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_repair_never_fails_and_leaves_plain_ascii(text: str) -> None:
    repaired = repair_text(text)
    assert repaired == text if text.isascii() else isinstance(repaired, str)


@settings(deadline=None)
@given(st.lists(st.sampled_from(sorted(LANGUAGES.values())), min_size=1, max_size=4))
def test_clean_sentences_of_any_languages_together_stay(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert repair_text(text) == text


@settings(deadline=None)
@given(st.text(alphabet="กขคงจฉชซญดตถทนบปผฝพฟภมยรลวศษสหอฮะาำิีึืุูเแโใไ็่้๊๋์ๆ“”‘’…–— ", max_size=60))
def test_thai_letters_and_typographic_marks_never_turn_into_letters_of_others(text: str) -> None:
    kept = [char for char in repair_text(text) if "\u0e00" <= char <= "\u0e7f"]
    if "เ" not in text and "โ" not in text and "ใ" not in text:
        assert kept == [char for char in text if "\u0e00" <= char <= "\u0e7f"]


# --- HTML


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two<br>three</p>", "One Two three"),
        ("<h2>Label</h2>Text<ul><li>a<li>b</ul>", "Label Text a b"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("T<b>ex</b>t", "Text"),
        ("<script>alert(1)</script><style>p{}</style>Safe<iframe>x</iframe>", "Safe"),
        ('News<img src="https://t.example/p.gif" width="1" height="1">', "News"),
        ("<!-- hidden -->Seen", "Seen"),
        ("Before<iframe src='x'> and after", "Before and after"),
        ("AT&amp;T &copy; caf&eacute; &mdash; &#8217; &amp;quot;", 'AT&T © café — ’ "'),
        ("R&D and AT&T", "R&D and AT&T"),
        ("a < b, x<y and <think> tokens", "a < b, x<y and <think> tokens"),
        ("<![CDATA[<b>bold</b>]]> text", "bold text"),
        ("cut off <a href='https://x.exam", "cut off"),
        ("2 &lt; 3", "2 < 3"),
        ("&lt;p&gt;Escaped &lt;b&gt;twice&lt;/b&gt;&lt;/p&gt;", "Escaped twice"),
        ("Use &lt;dialog&gt; and &lt;b&gt;", "Use <dialog> and <b>"),
        ("", ""),
    ],
)
def test_html_becomes_the_text_a_reader_sees(html: str, text: str) -> None:
    assert plain(html) == text


def test_block_elements_become_line_breaks() -> None:
    assert html_to_text("<p>One</p><p>Two</p>").split() == ["One", "Two"]
    assert "\n" in html_to_text("<p>One</p><p>Two</p>")


def test_deeply_nested_markup_is_read() -> None:
    assert plain("<b>" * 20_000 + "x") == "x"


# --- plain


def test_control_and_invisible_characters_vanish() -> None:
    assert plain("a\x00b\x07c\u200bd\ufeff\u202ee\ud800f\x9fg") == "abcdefŸg"


def test_white_space_is_folded_into_single_spaces() -> None:
    assert plain("  a\u00a0\n\tb\u2028c  ") == "a b c"


def test_text_is_composed() -> None:
    assert plain("cafe\u0301") == "café"


def test_a_joined_emoji_stays_whole() -> None:
    assert plain("👩\u200d💻 codes") == "👩\u200d💻 codes"


def test_long_text_is_cut_at_a_word() -> None:
    assert plain("one two three four", limit=14) == "one two three…"
    assert plain("one two three four", limit=12) == "one two…"
    assert plain("one two", limit=7) == "one two"


def test_text_without_spaces_is_cut_anywhere() -> None:
    assert shorten("新" * 20, 5) == "新新新新…"


@settings(deadline=None)
@given(st.text())
def test_plain_is_one_printable_line(text: str) -> None:
    line = plain(text)
    assert line == " ".join(line.split())
    assert not re.search("[\x00-\x1f\x7f-\x9f\ud800-\udfff]", line)


# --- addresses


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("http://www.Example.com:80/a/?utm_source=x&b=2&a=1#f", "https://example.com/a?a=1&b=2"),
        ("https://example.com", "https://example.com/"),
        ("https://example.com./a//", "https://example.com/a"),
        ("https://example.com/a/index.html", "https://example.com/a"),
        ("https://example.com:8443/a", "https://example.com:8443/a"),
        ("  https://exa\nmple.com/a ", "https://example.com/a"),
        ("https://user:secret@example.com/p?id=5", "https://example.com/p?id=5"),
        ("https://bücher.example/ä b?q=é", "https://xn--bcher-kva.example/%C3%A4%20b?q=%C3%A9"),
        ("https://example.com/%7eme/%e4?x=100%", "https://example.com/~me/%E4?x=100%25"),
        ("https://example.com/?a=1&amp;b=2", "https://example.com/?a=1&b=2"),
        (
            "https://example.com/?a=1&amp;amp;b=2&amp;amp;amp;c=3",
            "https://example.com/?a=1&b=2&c=3",
        ),
        ("https://example.com/?today", "https://example.com/?today="),
        ("https://[::1]:8080/x", "https://[::1]:8080/x"),
        ("https://m.example.com/a", "https://example.com/a"),
        ("https://m.com/a", "https://m.com/a"),
        ("https://en.m.wikipedia.org/wiki/X", "https://en.wikipedia.org/wiki/X"),
        ("https://example.com/some-story/amp/?amp=1", "https://example.com/some-story"),
        ("https://github.com/acme/amp", "https://github.com/acme/amp"),
        ("https://twitter.com/a/status/12?s=20", "https://x.com/i/status/12"),
        ("https://mobile.twitter.com/a?t=x", "https://x.com/a"),
        ("https://arxiv.org/pdf/2401.00001v2.pdf", "https://arxiv.org/abs/2401.00001"),
        ("http://export.arxiv.org/html/2401.00001", "https://arxiv.org/abs/2401.00001"),
        ("https://arxiv.org/abs/cs/0112017v1", "https://arxiv.org/abs/cs/0112017"),
        ("https://arxiv.org/list/cs.AI/recent", "https://arxiv.org/list/cs.AI/recent"),
        ("https://youtu.be/abc-_1?si=x", "https://youtube.com/watch?v=abc-_1"),
        ("https://m.youtube.com/watch?v=abc&t=3&list=y", "https://youtube.com/watch?v=abc"),
        ("https://www.youtube.com/shorts/abc", "https://youtube.com/watch?v=abc"),
        ("https://www.youtube.com/@lab?si=x", "https://youtube.com/@lab"),
        ("https://www.google.com/url?sa=D&q=https://a.example/x", "https://a.example/x"),
        ("https://www.google.com/url?q=nothing", "https://google.com/url?q=nothing"),
        ("https://www.google.com/amp/s/a.example/x", "https://a.example/x"),
        ("https://www.google.com/amp/a.example/x", "https://a.example/x"),
        ("https://www.google.com/search?q=x", "https://google.com/search?q=x"),
        ("https://a-example.cdn.ampproject.org/c/s/a.example/x", "https://a.example/x"),
        ("https://a-example.cdn.ampproject.org/x", "https://a-example.cdn.ampproject.org/x"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fa.example%2Fx", "https://a.example/x"),
        ("https://out.reddit.com/x", "https://out.reddit.com/x"),
        ("https://out.reddit.com/t3_1?url=https://a.example/x", "https://a.example/x"),
        ("https://www.youtube.com/redirect?q=https%3A%2F%2Fa.example%2Fx", "https://a.example/x"),
        (
            "https://www.linkedin.com/company/a?url=https://b.example",
            "https://linkedin.com/company/a?url=https://b.example",
        ),
        (
            "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example%2Fx",
            "https://a.example/x",
        ),
        ("https://old.reddit.com/r/a/comments/1", "https://reddit.com/r/a/comments/1"),
        ("https://example.com/amp/2026/some-story", "https://example.com/2026/some-story"),
        ("https://example.com/amp/guide", "https://example.com/amp/guide"),
        ("https://doi.org/10.48550/arXiv.2401.00001", "https://arxiv.org/abs/2401.00001"),
        ("https://doi.org/10.1000/182", "https://doi.org/10.1000/182"),
        ("https://www.wsj.com/a?st=x&reflink=y&mod=z", "https://wsj.com/a"),
        ("https://go.example/fwlink/?linkid=5", "https://go.example/fwlink?linkid=5"),
    ],
)
def test_an_article_has_one_canonical_address(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    "piece",
    ["utm_campaign=x", "fbclid=1", "ref=tldr.tech", "ref=producthunt", "source=rss----a1",
     "CMP=x", "mc_eid=1", "_hsenc=x"],
)  # fmt: skip
def test_tracking_goes(piece: str) -> None:
    assert canonical_url(f"https://example.com/a?{piece}&id=5") == "https://example.com/a?id=5"
    assert clean_link(f"http://example.com/a/?id=5&{piece}") == "http://example.com/a/?id=5"


@pytest.mark.parametrize("piece", ["id=5", "p=123", "v=abc", "q=x", "ref=main", "source=77", "t=3"])
def test_query_values_that_matter_stay(piece: str) -> None:
    assert canonical_url(f"https://example.com/a?{piece}") == f"https://example.com/a?{piece}"


def test_a_reference_on_a_code_host_stays() -> None:
    assert clean_link("https://github.com/a/b?ref=x.y") == "https://github.com/a/b?ref=x.y"


def test_the_key_of_a_gift_link_stays_in_what_a_reader_opens() -> None:
    link = "https://www.nytimes.com/a.html?unlocked_article_code=1.x"
    assert canonical_url(link) == "https://nytimes.com/a.html"
    assert clean_link(f"{link}&smid=url-share") == link


def test_tracking_behind_an_anchor_goes() -> None:
    assert clean_link("https://a.example/x#part?utm_source=x") == "https://a.example/x#part"
    assert clean_link("https://a.example/x#xtor=RSS-1") == "https://a.example/x"


def test_the_anchor_of_an_address_is_a_part_of_the_page() -> None:
    assert anchor("https://a.example/x#May_5") == "May_5"
    assert anchor("https://a.example/x#rss") == ""
    assert anchor("https://a.example/x") == ""


def test_a_link_to_open_keeps_scheme_host_and_fragment() -> None:
    link = clean_link("http://user:pw@www.example.com:8080/a/?utm_source=x#part")
    assert link == "http://www.example.com:8080/a/#part"
    assert clean_link("https://example.com/a#:~:text=x") == "https://example.com/a"


@pytest.mark.parametrize(
    "url",
    ["", "word", "ftp://a.example", "javascript:alert(1)", "https://", "//a.example", "data:,x",
     "https://a b.example/", "http://[::1", "https://a.example:99999/", "https://\ud800/",
     "mailto:a@a.example", "https://ü..example"],
)  # fmt: skip
def test_what_is_no_web_address_is_an_input_error(url: str) -> None:
    with pytest.raises(InputError, match="is not a web address"):
        canonical_url(url)
    with pytest.raises(InputError):
        clean_link(url)


def test_an_error_shows_no_password_and_no_endless_address() -> None:
    with pytest.raises(InputError) as caught:
        canonical_url("ftp://user:secret@a.example/" + "x" * 500)
    assert "secret" not in str(caught.value)
    assert len(caught.value.problem) < 150
    assert shown_url("https://user:secret@a.example/x") == "https://a.example/x"


_MADE_UP = st.builds(
    lambda host, path, pieces, part: f"https://{host}{path}?{'&'.join(pieces)}{part}",
    st.sampled_from(
        "a.example amp.a.example www.google.com m.youtube.com youtu.be x.com arxiv.org doi.org"
        " wsj.com old.reddit.com l.facebook.com duckduckgo.com a-b.cdn.ampproject.org"
        " eu1.safelinks.protection.outlook.com en.m.wikipedia.org WWW.A.Example:443".split()
    ),
    st.sampled_from(
        "/ /url /amp/s/a.example/x-1 /c/s/a.example/x /amp/2026/some-story /some-story/amp/ /l.php"
        " /story-1.amp.html /l/ /abs/2401.00001v2 /10.48550/arXiv.2401.00001 /a/status/12 /watch"
        " /shorts/abc /index.html /a//index.htm/ /%7Eme/ä /amp/amp/x-1/amp /a%2 //".split()
    ),
    st.lists(
        st.sampled_from(
            "url=https://b.example/amp/x-1 u=https%3A%2F%2Fb.example%2F%3Famp%3D1 q=http://x.com/a"
            " uddg=https://youtu.be/abc v=abc id=5 utm_source=x ref=b.example st=x amp s=20"
            " access_token=x amp;p=1 amp;amp;p=2 _amp=true x=%zz".split()
        ),
        max_size=3,
    ),
    st.sampled_from(["", "#part", "#utm_source=x", "#a?utm_x=1", "#:~:text=a"]),
)


@settings(deadline=None)
@given(
    st.one_of(
        _MADE_UP,
        st.text(),
        st.from_regex(r"https?://[a-zA-Z0-9.%:@\[\]-]{1,30}(/[ -~]{0,30})?", fullmatch=True),
        st.tuples(
            st.sampled_from(["https://youtu.be/", "http://www.m.example.com/", "http://x.com/"]),
            st.text(),
        ).map("".join),
    )
)
def test_canonical_addresses_are_stable(url: str) -> None:
    try:
        canonical = canonical_url(url)
    except InputError:
        return
    assert canonical.isascii()
    assert canonical_url(canonical) == canonical
    assert canonical_url(clean_link(url)) == canonical
    assert clean_link(clean_link(url)) == clean_link(url)


# --- dates

NOON = "2026-05-05T13:04:05"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-05T13:04:05Z", NOON),
        ("20260505T130405Z", NOON),
        ("20260505130405", NOON),
        ("2026-05-05T15:04:05.123456+02:00", NOON),
        ("2026-05-05t15:04:05,5+0200", NOON),
        ("2026-05-05 13:04:05 UTC", NOON),
        ("2026-05-05 06:04:05 -0700 PDT", NOON),
        ("Tue, 05 May 2026 13:04:05 GMT", NOON),
        ("Tue, 05 May 2026 15:04:05 +02:00", NOON),
        ("Tue, 05 May 2026 15:04:05 GMT+0200", NOON),
        ("Tue May 05 2026 15:04:05 GMT+0200 (Central European Summer Time)", NOON),
        ("Tue, 05 May 2026 08:04:05 EST", NOON),
        ("Tue, 05 May 2026 06:04:05 PDT", NOON),
        ("Tue, 05 May 2026 15:04:05 CEST", NOON),
        ("Tue, 05 May 2026 22:04:05 JST", NOON),
        ("Tue May  5 13:04:05 2026", NOON),
        ("Tue May  5 08:04:05 EST 2026", NOON),
        ("13:04:05 5 May 2026", NOON),
        ("13:04:05 on Tue, 5 May 2026", NOON),
        ("05-May-26 13:04:05", NOON),
        ("May 5th, 2026 at 9:04:05 AM ET", NOON),
        ("2026 May 5, 1:04:05 pm", NOON),
        ("Tue, 05 May 2026 10:04:05 AT", NOON),
        ("1777986245", NOON),
        ("1777986245123", NOON),
        ("2020/1/10 14:33:00", "2020-01-10T14:33:00"),
        ("06-Jul-94 10:00:00 GMT", "1994-07-06T10:00:00"),
        ("May 5, 2026 1 p.m.", "2026-05-05T13:00:00"),
        ("May 5, 2026 12 am", "2026-05-05T00:00:00"),
        ("2026-05-05", "2026-05-05T00:00:00"),
        ("20260505", "2026-05-05T00:00:00"),
        ("2026-05-05+02:00", "2026-05-04T22:00:00"),
        ("13/05/2026", "2026-05-13T00:00:00"),
        ("05/13/2026", "2026-05-13T00:00:00"),
        ("05.06.2026", "2026-06-05T00:00:00"),
        ("2026-05-05T24:00:00Z", "2026-05-06T00:00:00"),
        ("2026-05-05T23:59:60Z", "2026-05-06T00:00:00"),
        ("Mon, 01 Jan 0001 00:00:00 +0000", "0001-01-01T00:00:00"),
        ("5 mai 2026 13:04:05", NOON),
        ("Di, 05 Mai 2026 15:04:05 +0200", NOON),
        ("5 мая 2026, 13:04:05", NOON),
        ("2026年5月5日 13:04:05", NOON),
        ("2026年5月5日(火) 午後1時04分05秒", NOON),
        ("2026年5月5日 星期二 上午9時04分", "2026-05-05T09:04:00"),
        ("2026년 5월 5일 오후 1:04:05", NOON),
    ],
)
def test_dates_are_read_right(text: str, expected: str) -> None:
    assert parse_date(text) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "now", "yesterday", "3 hours ago", "hello world", "13:04", "2026", "2026-05", "May 2026",
     "Mai 2026", "2026-02-30", "30 février 2026", "Feb 30, 2026", "0000-00-00", "2026-05-05T25:00Z",
     "2026-05-05T13:61:00Z", "2026-05-05 14 pm", "05/06/2026", "99/99/2026", "2026050513", "12345",
     "12341231", "9999999999", "Tue, 05 May 2026 13:04 XYZ", "2026-05-05T13:04:05+99:00",
     "2026-05-05T13:04:05+01:75", "5 Foo 2026", "5 พฤษภาคม 2569", "05/06/07", "2026-W19-2",
     "Mon, 01 Jan 0001 00:00:00 +0200", "3026-01-01", "2026-05-05\x00x", "x" * 200],
)  # fmt: skip
def test_what_is_no_date_or_could_be_two_is_none(text: str) -> None:
    assert parse_date(text) is None


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="0123456789-/:.,+TZ aeimMyJunPST年月日", max_size=30))
def test_reading_a_date_never_fails(text: str) -> None:
    moment = parse_date(text)
    assert moment is None or moment.tzinfo is UTC


@settings(deadline=None)
@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2100, 1, 1)))
def test_iso_dates_come_back(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    assert parse_date(moment.isoformat()) == moment


# --- languages


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Der schöne Tag", "en"),
        ("", "en"),
        ("12345", "en"),
        ("OpenAI 发布 GPT-5", "zh"),
        ("東京でAIイベントが開催", "ja"),
        ("삼성전자 AI 반도체", "ko"),
        ("Компания показала чип", "ru"),
        ("Її новий чіп", "uk"),
        ("สวัสดีชาวโลก", "th"),
        ("مرحبا بالعالم", "ar"),
        ("گزارش چین", "fa"),
        ("The Greek letter π and the Chinese word 龙 in one long English sentence", "en"),
    ],
)
def test_the_script_gives_the_language_away(text: str, code: str) -> None:
    assert language_of(text) == code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**Abstract:** Models learn.", "Abstract: Models learn."),
        ("**Launching today** **Your chats, saved**", "Launching today. Your chats, saved"),
        ("See [the paper](https://a.example/1) now", "See the paper now"),
        ("![chart](https://a.example/1.png) Prices fell", "  Prices fell"),
        ("## Results\nPrices fell", " Results\nPrices fell"),
        ("Try it:\n```\nrm -rf /\n```\nDone", "Try it:\n \nDone"),
        ("2 ** 3 ** 4 and snake_case__name", "2 ** 3 ** 4 and snake_case__name"),
        ("an array[0](see below)", "an array[0](see below)"),
    ],
)
def test_the_marks_of_markdown_go_and_the_words_stay(text, expected):
    assert without_markdown(text) == expected


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (r"Learning $\alpha$-stable policies", "Learning α-stable policies"),
        (r"$\Lambda$ and $\Gamma$", "Λ and Γ"),
        (r"\textbf{LCO}: \textit{safe \emph{agents}}", "LCO: safe agents"),
        (r"$E^3$-Agent", "E^3-Agent"),
        (r"cuts cost by 50\% for $N>1$ users", "cuts cost by 50% for N>1 users"),
        (r"from $\mathcal{O}(n^2)$ to $\mathcal{O}(n)$", "from O(n^2) to O(n)"),
        (r"$2.5\times$ faster at $10^{-3}$", "2.5× faster at 10^-3"),
        (r"\(x \leq y\)", "x ≤y"),
        (r"$\foo_1$", r"\foo_1"),
    ],
)
def test_the_marks_of_tex_go(text, clean):
    assert without_tex(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "raises $65B at $965B",
        "Plus ($3.99/mo), Pro ($20/mo)",
        "$100 million at a $1 billion valuation",
        "$BTC and more, then $ETH",
        "$12$13$",
        r"C:\new\text folder",
        "nothing to clean",
    ],
)
def test_what_is_no_tex_stays(text):
    assert without_tex(text) == text


@given(st.text(alphabet="$\\{}abt^_( )1%", max_size=60))
def test_no_text_grows_or_gains_a_letter_by_being_cleaned_of_tex(text):
    cleaned = without_tex(text)
    assert len(cleaned) <= len(text)
    assert sum(map(str.isascii, filter(str.isalpha, cleaned))) <= sum(map(str.isalpha, text))
