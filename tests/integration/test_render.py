"""An issue becomes a mail: nothing lost, nothing deformed, the same bytes every time."""

from __future__ import annotations

import json
import quopri
import re
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from digest.blocks import printable
from digest.dressing import attr
from digest.errors import ConfigError, TemplateError
from digest.model import COLOURS, Brand, Brief, Comparison, DatedSentence, Reference
from digest.render import issue_document, render_issue
from tests.builders import (
    at,
    make_brief,
    make_issue,
    make_item,
    make_story,
    make_theme,
    said,
)
from tests.full_issue import full_issue

BASE = "https://recap.example"
HOSTILE = (
    "He said \"no\" and 'yes'",
    r"C:\new\table \u{200d}",
    "two\nlines\r\nand\ttabs",
    "{{ 7 * 7 }} {% raw %} {# gone #}",
    "<mj-text>hi</mj-text></mj-column>",
    "]]> <!-- --> <![CDATA[",
    "family \U0001f468\u200d\U0001f469\u200d\U0001f467 flag \U0001f1eb\U0001f1f7",
    "مرحبا بالعالم 2026",
    "bell\x07 null\x00 c1\x92 rlo\u202eabc",
    "x" * 5_000,
    "a < b && c > d; &amp; &nbsp; &#0;",
    "</style></html>",
    "@@UNSUBSCRIBE@@ @@OTHER@@",
    "soft\u00adhyphen no\u00a0break thin\u2009space",
    "<script>alert(1)</script>",
    "日本語の見出し" * 30,
    "$& \\1 %s %(x)s ${x}",
)


def rendered(*themes, **fields):
    """The mail of an issue that its editor titled, so that no story stands apart as the lead."""
    return render_issue(make_issue(*themes, **{"title": "One week"} | fields), base_url=BASE)


def story_saying(title: str, summary: str = "", id: str = ""):
    item = make_item(id, title, summary=summary or title)
    brief = make_brief(item, what_changed=summary or title, why_it_matters=summary or title)
    return make_story(item, brief=brief)


def words_of(html: str) -> str:
    return "".join(lxml_html.document_fromstring(html).text_content().split())


def in_order(text: str, parts: list[str]) -> bool:
    at = 0
    for part in parts:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def undirected(text: str) -> str:
    """The text without blanks, nor the marks that keep lines of two directions in order."""
    return re.sub("[\\s\u200e\u200f]", "", text)


def squeezed(text: str) -> str:
    return "".join(printable(text).split())


def test_every_headline_sentence_and_link_of_a_full_issue_is_in_both_parts():
    issue = full_issue()
    email = render_issue(issue, base_url=BASE)
    links = lxml_html.document_fromstring(email.html).xpath("//a/@href")
    html, text = words_of(email.html), "".join(email.text.split())
    parts = [
        squeezed(part)
        for theme in issue.themes
        for story in theme.stories
        for part in (
            story.title,
            story.brief.what_changed[0].text,
            story.brief.why_it_matters[0].text,
            story.lead.source,
        )
    ]
    assert in_order(html, parts)
    assert in_order(text, parts)
    assert all(story.lead.link in links for story in issue.stories)
    assert all(story.lead.link in email.text.split() for story in issue.stories)


def test_a_full_issue_stays_within_what_mail_clients_take():
    html = render_issue(full_issue(), base_url=BASE).html
    style = sum(len(text) for text in re.findall(r"<style[^>]*>(.*?)</style>", html, re.DOTALL))
    assert len(html.encode()) <= 85_000
    assert style <= 8_000


def test_nothing_is_fetched_when_a_mail_is_opened():
    html = render_issue(full_issue(), base_url=BASE).html
    assert not re.search(r"<(img|link|script|iframe|object)\b|@import|@font-face|url\(", html)


LOGO = 'https://recap.example/logo.png?v=2&size="32"'


def branded(**fields):
    return render_issue(make_issue(), base_url="", brand=Brand(name="Bergen & Co", **fields))


def test_a_logo_stands_in_place_of_the_name_and_says_it_where_images_are_off():
    email = branded(logo=LOGO)
    (image,) = lxml_html.document_fromstring(email.html).iter("img")
    assert image.get("src") == LOGO
    assert image.get("alt") == "Bergen & Co"
    assert image.get("height") == "32"
    assert re.search(r"height:32px;.*;font-size:14px;.*color:#b3261e", image.get("style"))
    assert "BERGEN & CO" in email.text


def test_the_dark_scheme_gives_a_logo_a_ground_of_its_own():
    assert ".i .g{" in branded(logo=LOGO).html
    assert ".i .g{" not in branded().html


def test_the_colours_of_the_brand_replace_those_of_the_design():
    colours = {name: f"#{number:06x}" for number, name in enumerate(COLOURS, 0xABCD00)}
    issue = make_issue(make_theme(stories=[make_story(make_item("a"), brief=detailed_brief())]))
    html = render_issue(issue, base_url="", brand=Brand(colours=colours)).html
    assert all(colour in html for colour in colours.values())


def test_the_names_of_the_colours_are_those_of_the_design(root):
    tokens = (root / "templates" / "colours.j2").read_text(encoding="utf-8")
    table = tokens[tokens.index("set colours = {") : tokens.index("} -%}")]
    assert tuple(re.findall(r'"(\w+)": "#[0-9a-f]{6}"', table)) == COLOURS


def test_the_intro_and_the_footer_of_the_brand_are_in_both_parts():
    email = branded(intro="From the desk\nin Bergen.", footer="Set in <Bergen>.")
    for text in (words_of(email.html), squeezed(email.text)):
        assert in_order(text, [squeezed("From the desk in Bergen."), squeezed("Set in <Bergen>.")])


def test_the_document_says_its_language_and_keeps_its_headings_in_order():
    document = lxml_html.document_fromstring(rendered().html)
    levels = [int(node.tag[1]) for node in document.iter("h1", "h2", "h3")]
    assert document.get("lang") == "en"
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_the_same_issue_gives_the_same_bytes_in_another_process(root):
    code = (
        "from tests.full_issue import full_issue; from digest.render import render_issue;"
        "import hashlib; e = render_issue(full_issue(), base_url='https://recap.example');"
        "print(hashlib.sha256((e.html + e.text).encode()).hexdigest())"
    )
    run = [sys.executable, "-c", code]
    outputs = [
        subprocess.run(run, capture_output=True, text=True, check=True, cwd=root).stdout
        for _ in range(2)
    ]
    assert outputs[0] == outputs[1] != ""


def test_an_undated_report_is_printed_as_seen():
    item = make_item(published=None, first_seen=at("2026-05-27"))
    email = rendered(make_theme(stories=[make_story(item), make_story()]))
    assert "seen May 27" in email.html
    assert "seen May 27" in email.text


def test_a_late_report_is_marked():
    email = rendered(make_theme(stories=[make_story(late=True), make_story()]))
    assert "Late report" in email.html
    assert "Late report" in email.text


def test_a_quiet_week_prints_the_words_of_its_intro():
    email = rendered(make_theme(), intro=("A quiet week: only 2 stories.",))
    assert "A quiet week: only 2 stories." in email.html
    assert "TL;DR" not in email.html


def test_a_theme_prints_its_trend():
    email = rendered(make_theme(trend="up from 2 stories last week"))
    assert "up from 2 stories last week" in email.html
    assert "up from 2 stories last week" in email.text


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_reach_the_reader_as_they_are(words):
    plain = make_story(make_item("plain", "A plain story after it"))
    email = rendered(make_theme(words, [story_saying(words), plain]), subject=words)
    parts = [squeezed(words)] * 4 + [squeezed("A plain story after it")]
    assert in_order(words_of(email.html), parts)
    assert in_order("".join(email.text.split()), parts[1:])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    title=st.text(min_size=1, max_size=120).filter(lambda text: printable(text) != ""),
    summary=st.one_of(st.text(max_size=300), st.sampled_from(HOSTILE)),
    marks=st.lists(st.sampled_from(HOSTILE), max_size=3),
)
def test_any_text_survives_rendering(title, summary, marks):
    title = " ".join([title, *marks])
    themes = make_theme(stories=[story_saying(title, summary, "hostile"), make_story()])
    email = rendered(themes, subject=title, preheader=title)
    parts = [squeezed(title), squeezed(summary or title), squeezed(summary or title)]
    assert in_order(words_of(email.html), parts)
    assert in_order(undirected(email.text), [undirected(part) for part in parts])


def test_a_text_part_has_72_columns_and_addresses_alone_on_a_line():
    text = render_issue(full_issue(), base_url=BASE).text
    for line in text.splitlines():
        assert len(line) <= 72 or line.strip().startswith("https://")
        assert "https://" not in line or len(line.split()) == 1


def test_a_link_that_nobody_should_open_is_not_printed():
    story = make_story(make_item(link="javascript:alert(1)"))
    assert "javascript:" not in rendered(make_theme(stories=[story, make_story()])).html


def test_an_address_with_every_odd_sign_is_linked_unchanged():
    link = "https://a.example/a'b?x=1&y=%22&z={{q}}\\n#ü"
    html = rendered(make_theme(stories=[make_story(make_item(link=link)), make_story()])).html
    assert link in lxml_html.document_fromstring(html).xpath("//a/@href")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a\nb", "a b"),
        ('say "hi"', "say &#34;hi&#34;"),
        ("back\\slash", "back&#92;slash"),
        ("a\u200db", "a&#8205;b"),
        ("https://a.example/?a=1&b=2", "https://a.example/?a=1&#38;b=2"),
    ],
)
def test_an_attribute_holds_only_signs_the_compiler_leaves_alone(value, written):
    assert attr(value) == written


def test_without_a_served_page_a_reader_leaves_by_mail():
    email = render_issue(make_issue(), base_url="")
    target = "mailto:recap@weekly-ai-recap.example?subject=unsubscribe"
    assert email.headers["List-Unsubscribe"] == f"<{target}>"
    assert "List-Unsubscribe-Post" not in email.headers
    assert f'href="{target}"' in email.html
    assert target in email.text


def test_a_page_on_https_is_left_in_one_click():
    headers = rendered().headers
    assert headers["List-Unsubscribe"] == f"<{BASE}/leave/@@UNSUBSCRIBE@@>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-ID"] == "Weekly AI Recap <recap.weekly-ai-recap.example>"


def test_a_page_on_plain_http_promises_no_one_click():
    email = render_issue(make_issue(), base_url="http://localhost:8080/")
    assert "List-Unsubscribe-Post" not in email.headers
    assert "http://localhost:8080/leave/@@" in email.html


def test_replies_go_where_the_brand_says():
    email = render_issue(make_issue(), base_url="", brand=Brand(reply_to="desk@post.example"))
    assert email.headers["Reply-To"] == "desk@post.example"


@pytest.mark.parametrize("base_url", ["recap.example", "ftp://recap.example", "javascript:x"])
def test_a_base_url_that_is_no_web_address_is_refused(base_url):
    with pytest.raises(ConfigError, match="base URL"):
        render_issue(make_issue(), base_url=base_url)


@pytest.mark.parametrize("sender", ["nobody", "A <a@b.example>\r\nBcc: x@y.example"])
def test_a_sender_that_is_no_mail_address_is_refused(sender):
    with pytest.raises(ConfigError, match="sender"):
        render_issue(make_issue(), base_url="", brand=Brand(sender=sender))


def test_pages_that_are_not_served_are_not_linked():
    mail = rendered()
    assert "/leave/" in mail.html
    assert "/preferences/" not in mail.html + mail.text


def test_a_served_page_of_preferences_is_linked_in_both_parts():
    mail = render_issue(make_issue(), base_url=BASE, pages=("leave", "preferences"))
    link = f"{BASE}/preferences/@@PREFERENCES@@"
    assert f'href="{link}"' in mail.html
    assert link in mail.text.split()


def test_the_blocks_of_a_mail_are_its_themes_in_both_parts():
    issue = make_issue(make_theme("Chips"), make_theme("Rules & courts"), title="One week")
    mail = render_issue(issue, base_url=BASE)
    assert [block.label for block in mail.blocks] == ["Chips", "Rules & courts"]
    for number, block in enumerate(mail.blocks):
        html, text = mail.html[slice(*block.html)], mail.text[slice(*block.text)]
        for theme in issue.themes:
            inside = theme is issue.themes[number]
            assert (theme.label.upper() in text) == inside
            for story in theme.stories:
                assert (f'href="{story.lead.link}"' in html) == inside
                assert (f"   {story.lead.link}\n" in text) == inside


def test_no_mark_of_a_template_is_left_in_a_mail():
    mail = render_issue(make_issue(), base_url=BASE, pages=("leave", "preferences"))
    marks = set(re.findall("@@[A-Z_]+@@", mail.html + mail.text))
    assert marks == {"@@UNSUBSCRIBE@@", "@@PREFERENCES@@", "@@NAME@@"}


def test_a_template_that_marks_fewer_themes_than_there_are_is_refused(tmp_path):
    folder = overridden(tmp_path, "issue.txt.j2", "@@THEME_BEGIN@@a@@THEME_END@@")
    with pytest.raises(TemplateError, match="the text part: it marks 1 themes of 2"):
        render_issue(make_issue(), base_url="", templates=folder)


def test_a_mail_of_latin_letters_holds_no_wider_sign_and_says_the_same():
    mail = rendered(make_theme(stories=[story_saying("Café “Auk” – €5 \U0001f600"), make_story()]))
    assert max(mail.html) <= "\xff"
    assert "Café &#8220;Auk&#8221; &#8211; &#8364;5 &#128512;" in mail.html
    assert squeezed("Café “Auk” – €5 \U0001f600") in words_of(mail.html)


def test_a_mail_in_another_script_is_not_blown_up():
    title = "日本語の見出し" * 40
    assert title in rendered(make_theme(stories=[story_saying(title), make_story()])).html


def test_a_style_keeps_its_signs(tmp_path, root):
    head = (root / "templates" / "email" / "_head.mjml.j2").read_text(encoding="utf-8")
    rule = '<mj-style>\n.q:before{content:"“"}\n'
    folder = overridden(tmp_path, "_head.mjml.j2", head.replace("<mj-style>\n", rule, 1))
    html = render_issue(make_issue(subject="“Auk”"), base_url="", templates=folder).html
    assert 'content:"“"' in html
    assert "&#8220;Auk&#8221;" in html


def overridden(folder, name: str, text: str):
    (folder / "email").mkdir(exist_ok=True)
    (folder / "email" / name).write_text(text, encoding="utf-8")
    return folder


def test_a_template_of_ones_own_replaces_one_file(tmp_path):
    folder = overridden(tmp_path, "issue.txt.j2", "Only {{ brand.name }}")
    email = render_issue(make_issue(), base_url="", templates=folder)
    assert email.text == "Only Weekly AI Recap\n"
    assert "</html>" in email.html


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("one\n{% if %}", r"email/issue.txt.j2, line 2"),
        ("one\n\n{{ page.nothing }}", r"email/issue.txt.j2, line 3: .*nothing"),
        ("{% include 'email/gone.j2' %}", r"email/issue.txt.j2.*gone.j2"),
        ("{{ 1 / 0 }}", r"email/issue.txt.j2, line 1: division by zero"),
    ],
)
def test_a_faulty_template_is_named_with_its_line(tmp_path, text, message):
    folder = overridden(tmp_path, "issue.txt.j2", text)
    with pytest.raises(TemplateError, match=message):
        render_issue(make_issue(), base_url="", templates=folder)


def test_mjml_that_the_checks_refuse_names_the_line(tmp_path):
    folder = overridden(tmp_path, "issue.mjml.j2", "<mjml>\n<mj-body>\n<mj-foo /></mj-body></mjml>")
    with pytest.raises(TemplateError, match="line 3: <mj-foo> is not allowed"):
        render_issue(make_issue(), base_url="", templates=folder)


def unescaped(root, folder, name):
    text = (root / "templates" / "email" / name).read_text(encoding="utf-8")
    return overridden(folder, name, text.replace("{{ story.title }}", "{{ story.title|safe }}"))


def test_a_story_that_breaks_a_template_without_escaping_is_named(tmp_path, root):
    folder = unescaped(root, tmp_path, "_story.mjml.j2")
    bad = make_story(make_item("item-bad", "Profit <b of 3"))
    issue = make_issue(make_theme(), make_theme(stories=[make_story(), bad]))
    with pytest.raises(TemplateError, match=r"item item-bad “Profit <b of 3”.*: line \d+: "):
        render_issue(issue, base_url="", templates=folder)


def test_a_short_story_that_breaks_a_template_without_escaping_is_named(tmp_path, root):
    folder = unescaped(root, tmp_path, "_also.mjml.j2")
    bad = make_story(make_item("item-bad", "Profit <b of 3"))
    issue = make_issue(make_theme(), also=(make_story(), bad))
    with pytest.raises(TemplateError, match=r"item item-bad “Profit <b of 3”"):
        render_issue(issue, base_url="", templates=folder)


def test_a_template_that_only_fails_with_all_stories_together_is_still_an_error(tmp_path, root):
    theme = (root / "templates" / "email" / "_theme.mjml.j2").read_text(encoding="utf-8")
    many = "</mj-text>{% if theme.stories|length > 1 %}<mj-foo />{% endif %}"
    folder = overridden(tmp_path, "_theme.mjml.j2", theme.replace("</mj-text>", many))
    with pytest.raises(TemplateError, match=r"issue 5 cannot be rendered: line [0-9]+: <mj-foo>"):
        render_issue(make_issue(), base_url="", templates=folder)


def test_what_only_the_compiler_refuses_is_an_error_too(tmp_path):
    head = "<mj-head><mj-attributes><!-- a --></mj-attributes></mj-head>"
    text = f"<mjml>{head}<mj-body><mj-section></mj-section></mj-body></mjml>"
    folder = overridden(tmp_path, "issue.mjml.j2", text)
    with pytest.raises(TemplateError, match="MJML refused"):
        render_issue(make_issue(), base_url="", templates=folder)


def test_braces_of_a_story_and_braces_left_by_a_template_are_told_apart(tmp_path, root):
    footer = (root / "templates" / "email" / "_footer.mjml.j2").read_text(encoding="utf-8")
    folder = overridden(tmp_path, "_footer.mjml.j2", footer.replace("Rights", "{{ '{{' }} Rights"))
    issue = make_issue(make_theme(stories=[story_saying("{{ a }}"), make_story()]))
    with pytest.raises(TemplateError, match=r"`\{\{` is left in the HTML"):
        render_issue(issue, base_url="", templates=folder)


def test_a_story_shows_what_it_carries_on_what_to_do_and_who_worded_it():
    item = make_item("a")
    brief = Brief(
        what_changed=said("Costs fell.", "a"),
        what_to_do_next=said("Teams should move.", "a"),
        continues=(Reference("Update of “Aster” in issue 3", ("a",), "https://r.example/3", 3),),
        writer="tern-2",
    )
    unlinked = replace(brief, continues=(replace(brief.continues[0], url=""),))
    stories = [make_story(item, brief=brief), make_story(brief=unlinked), make_story()]
    also = (make_story(brief=brief),)
    mail = rendered(make_theme(stories=stories), also=also)
    html = " ".join(lxml_html.fromstring(mail.html).text_content().split())
    for text in (html, " ".join(mail.text.split())):
        assert text.count("Teams should move.") == 3
        assert text.count("Update of issue 3") == 3
        assert text.count("worded by tern-2") == 3
        assert "worded by a language model (tern-2)" in text
    assert 'href="https://r.example/3"' in mail.html
    assert "   https://r.example/3\n" in mail.text


def test_an_issue_in_the_reports_own_words_says_nothing_of_models():
    mail = render_issue(make_issue(), base_url=BASE)
    assert "worded" not in mail.html + mail.text


def test_the_document_of_an_issue_is_json_with_every_part():
    item = make_item("a")
    brief = Brief(
        insight=said("Costs fall.", "a"),
        comparison=Comparison(("Name", "Price"), (("Aster", "$1"),)),
        timeline=(DatedSentence("2026-05-27", "It opened.", ("a",)),),
        continues=(Reference("Update of “Aster” in issue 3", ("a",), "https://r.example/3", 3),),
    )
    issue = make_issue(make_theme(stories=[make_story(item, brief=brief)]), also=(make_story(),))
    document = json.loads(json.dumps(issue_document(issue)))
    story = document["themes"][0]["stories"][0]
    assert story["items"][0]["published"] == "2026-05-27T09:30:00Z"
    assert story["signals"]["coverage"] == {"value": 0.6, "weight": 100.0, "points": 60.0}
    assert story["brief"]["insight"] == [{"text": "Costs fall.", "items": ["a"]}]
    assert story["brief"]["comparison"] == {"columns": ["Name", "Price"], "rows": [["Aster", "$1"]]}
    assert story["brief"]["timeline"][0]["date"] == "2026-05-27"
    assert story["brief"]["continues"] == [
        {
            "text": "Update of “Aster” in issue 3",
            "items": ["a"],
            "url": "https://r.example/3",
            "issue": 3,
        }
    ]
    assert len(document["also"]) == 1


def test_the_document_says_null_where_a_report_has_no_date():
    issue = make_issue(make_theme(stories=[make_story(make_item(published=None))]))
    assert issue_document(issue)["themes"][0]["stories"][0]["items"][0]["published"] is None


def detailed_brief(number: int = 0) -> Brief:
    return Brief(
        what_changed=said(f"Corvid broke ground for plant {number}.", "a"),
        takeaways=(
            *said(f"Corvid has {number} engineers.", "a"),
            *said(f"Corvid has {number} plants.", "a"),
        ),
        deep_dive=said("The chip has 80GB of memory.", "a"),
        implications=said("According to Chip Ledger: The plant opens in 2028.", "a"),
        comparison=Comparison(("Name", "Price"), (("Auk <b>", "$4"), ("Tern", "$3"))),
        timeline=(DatedSentence("2026-05-26", "Corvid filed for a permit.", ("a",)),),
        related=(Reference("Corvid plans a plant", ("z",), "https://corvid.example/1", 3),),
        who_should_care=said("Policy teams", "a"),
    )


def test_every_part_of_a_brief_is_in_both_parts_of_the_mail():
    mail = rendered(make_theme(stories=[make_story(make_item("a"), brief=detailed_brief())]))
    for text in (
        "Corvid has 0 engineers.",
        "Corvid has 0 plants.",
        "The chip has 80GB of memory.",
        "What comes next: According to Chip Ledger: The plant opens in 2028.",
        "Corvid filed for a permit.",
        "Related: Corvid plans a plant (issue 3)",
        "for policy teams",
    ):
        assert squeezed(text) in words_of(mail.html)
        assert squeezed(text) in squeezed(mail.text)
    assert "https://corvid.example/1" in mail.html
    assert "\n   https://corvid.example/1\n" in mail.text


def test_takeaways_give_way_where_a_mail_would_be_cut():
    item = make_item("a")
    sentence = "Corvid has told the state of Ohio that it needs a word and one more. " * 9
    brief = replace(detailed_brief(), what_changed=said(sentence, "a"), deep_dive=())
    stories = [make_story(make_item(f"s{n}"), score=float(n), brief=brief) for n in range(60)]
    themes = [make_theme(f"Theme {n}", stories[n * 20 : n * 20 + 20]) for n in range(3)]
    short = rendered(make_theme(stories=[make_story(item, brief=brief), make_story()]))
    assert "Corvid has 0 plants." in short.text
    assert rendered(*themes).text.count("Corvid has 0 plants.") == 1  # that of the story in depth


def test_a_comparison_is_a_table_with_a_head():
    mail = rendered(make_theme(stories=[make_story(make_item("a"), brief=detailed_brief())]))
    table = lxml_html.document_fromstring(mail.html).xpath("//table[.//th and not(.//table)]")[0]
    rows = [[cell.text_content() for cell in row] for row in table.iter("tr")]
    assert rows == [["Name", "Price"], ["Auk <b>", "$4"], ["Tern", "$3"]]
    assert {cell.tag for cell in table.find(".//tr")} == {"th"}
    assert "\nAuk <b>  $4\n" in mail.text


def test_a_part_without_a_sentence_leaves_nothing_behind():
    bare = Brief(what_changed=said("Corvid grows.", "a"))
    mail = rendered(make_theme(stories=[make_story(make_item("a"), brief=bare)]))
    document = lxml_html.document_fromstring(mail.html)
    assert not document.xpath("//ul | //th")
    assert "In depth" not in mail.html + mail.text
    assert all(node.text_content().strip() for node in document.iter("p"))


def test_a_mail_of_the_longest_briefs_stays_under_what_gmail_shows():
    sentence = "Corvid has told the state of Ohio that it needs a word and a word and one more. "
    long = tuple(said(f"{n} {sentence * 2}", "a")[0] for n in range(3))
    brief = replace(
        detailed_brief(),
        what_changed=long[:2],
        why_it_matters=long[:1],
        deep_dive=long[:2],
        takeaways=long,
        implications=long[:2],
    )
    stories = [make_story(make_item(f"s{n}"), score=float(n), brief=brief) for n in range(30)]
    themes = [make_theme(f"Theme {n}", stories[n * 5 : n * 5 + 5]) for n in range(6)]
    mail = rendered(*themes, also=tuple(make_story(make_item(f"t{n}")) for n in range(10)))
    assert len(quopri.encodestring(mail.html.encode())) <= 95_000
