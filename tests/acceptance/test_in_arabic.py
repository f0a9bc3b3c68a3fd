"""A newsletter in Arabic: from reports to a mail that reads from the right."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace

import pytest
from lxml import html as lxml_html

from digest.catalogs import catalog
from digest.columns import width_of
from digest.render import render_issue
from tests.arabic_issue import BRAND, TABLE, arabic_issue
from tests.browser import told

NOW = "2026-06-01T06:00"
LATIN_WORD = re.compile("[A-Za-z]{2,}")


def set_language(project, code: str):
    path = project.folder / "schedules.yaml"
    path.write_text(path.read_text().replace("language: en", f"language: {code}"))


@pytest.fixture
def imported(project):
    """A project with a week of Arabic reports; each headline says that it is about AI."""
    rows = [line.split("|") for line in TABLE.read_text(encoding="utf-8").splitlines()]
    with (project.folder / "week.jsonl").open("w", encoding="utf-8") as file:
        for number, (source, title, changed, matters) in enumerate(r for r in rows if len(r) == 4):
            topic = "في مجال الذكاء الاصطناعي" if not title.isascii() else ""
            record = {
                "url": f"https://outlet-{number}.example/{number}",
                "title": title,
                "summary": f"{changed} {matters} {topic}".strip(),
                "source": source,
                "published": f"2026-05-{25 + number % 7}T09:00:00Z",
            }
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    project("import", "week.jsonl", "--now", NOW)
    return project


def test_a_week_of_arabic_reports_becomes_an_arabic_mail(imported):
    set_language(imported, "ar")
    assert "noted" not in imported("draft", "--week", "2026-W22", "--now", NOW).output
    issue = json.loads(imported("show", 1, "--format", "json").output)
    own = f"{TABLE.read_text(encoding='utf-8')} Weekly AI Recap"
    said = [issue["subject"], issue["preheader"], *issue["intro"]]
    said += [theme["label"] for theme in issue["themes"]]
    assert {word for text in said for word in LATIN_WORD.findall(text)} <= set(own.split())
    assert any(story["brief"]["what_changed"] for story in issue["themes"][0]["stories"])
    page = imported("show", 1, "--format", "html").output
    assert '<html lang="ar" dir="rtl"' in page
    assert "إلغاء الاشتراك" in page
    assert "مايو" in imported("show", 1).output
    assert "0 errors" in imported("lint", 1).output


def test_a_language_without_a_catalogue_is_told_at_drafting(imported):
    set_language(imported, "fa")
    rows = (imported.folder / "week.jsonl").read_text(encoding="utf-8")
    persian = rows.replace("في", "گزارش").replace("outlet", "press").replace("الذكاء", "الذكاء پ")
    (imported.folder / "fa.jsonl").write_text(persian, encoding="utf-8")
    imported("import", "fa.jsonl", "--now", NOW)
    said = imported("draft", "--week", "2026-W22", "--now", NOW).output
    assert "noted: language fa: no catalogue has the words of this language" in said


def arabic_mail():
    return render_issue(arabic_issue(catalog("ar")), base_url="https://recap.example", brand=BRAND)


def test_the_direction_is_said_where_clients_keep_it():
    page = lxml_html.document_fromstring(arabic_mail().html)
    assert page.get("dir") == "rtl"
    assert page.body[0].get("dir") == "rtl"  # Gmail drops what html and body say
    assert "direction:ltr" not in arabic_mail().html
    assert "letter-spacing" not in arabic_mail().html.partition("<body")[2]


def test_a_story_in_english_keeps_its_own_direction():
    page = lxml_html.document_fromstring(arabic_mail().html)
    turned = page.body.xpath("//*[@dir='ltr']")
    assert [node.tag for node in turned] == ["h3", "p", "p", "a"]
    assert all(node.get("align") == "left" for node in turned[:3])


def test_what_an_editor_writes_keeps_its_own_direction_too():
    issue = replace(arabic_issue(catalog("ar")), intro=("36 stories from 12 sources.",))
    brand = replace(BRAND, address="Example Ltd., 1 Sample Street.")
    page = lxml_html.document_fromstring(render_issue(issue, base_url="", brand=brand).html)
    turned = {node.text: node.get("align") for node in page.body.xpath("//p[@dir='ltr']")}
    assert turned["36 stories from 12 sources."] == "left"
    assert turned["Example Ltd., 1 Sample Street."] is None


def test_lines_of_the_text_part_open_from_the_right():
    lines = arabic_mail().text.splitlines()
    own = [line for line in lines if re.search("[\u0600-\u06ff]", line)]
    openings = [re.search("[A-Za-z\u0600-\u06ff\u200e\u200f]", line)[0] for line in own]
    assert sum(letter.isascii() for letter in openings) == 0
    shown = [re.sub("[\u200e\u200f]", "", line) for line in lines if "://" not in line]
    assert max(map(width_of, shown)) <= 72


MEASURE = """
<!doctype html><meta charset="utf-8">
<style>iframe {{ border: 0; width: {width}px; height: 4000px }}</style>
<iframe srcdoc="{mail}"></iframe>
<script>
onload = () => {{
  const page = document.querySelector("iframe").contentDocument;
  const box = (text, tag) => {{
    const walk = page.createTreeWalker(page.body, 4);
    while (walk.nextNode()) {{
      const at = walk.currentNode.data.indexOf(text);
      if (at < 0 || (tag && !walk.currentNode.parentElement.closest(tag))) continue;
      const range = page.createRange();
      range.setStart(walk.currentNode, at);
      range.setEnd(walk.currentNode, at + text.length);
      const found = range.getBoundingClientRect();
      if (found.width) return [found.left, found.right];
    }}
  }};
  const bars = [...page.querySelectorAll("td.b")].map(e => e.getBoundingClientRect());
  document.body.append(Object.assign(document.createElement("pre"), {{id: "told", textContent:
    JSON.stringify({{
      wide: page.documentElement.scrollWidth,
      bars: bars.map(e => [e.left, e.right]),
      theme: box("وكلاء البرمجة", "th"),
      source: box("Rack & Row", "p"),
      day: box("27 مايو", "p"),
      heading: box("باختصار", "h2"),
    }})}}));
}};
</script>
"""


@pytest.mark.ci
@pytest.mark.parametrize("width", [640, 375, 320])
def test_a_browser_lays_it_out_from_the_right(chromium, tmp_path, width):
    mail = html.escape(arabic_mail().html)
    seen = told(chromium, tmp_path, MEASURE.format(width=width, mail=mail))
    assert seen["wide"] <= width
    assert len({right for _, right in seen["bars"]}) == 1
    assert seen["theme"][0] >= seen["bars"][0][1]
    assert seen["source"][0] > seen["day"][1]
    assert seen["heading"][1] > width * 0.75
