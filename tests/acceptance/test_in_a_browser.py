"""The issue as a browser lays it out: phone and desktop, light and dark."""

from __future__ import annotations

import html
import itertools
import re
from pathlib import Path

import pytest

from digest.model import Email
from digest.render import personalise, render_issue
from tests.browser import told
from tests.builders import make_subscriber
from tests.full_issue import full_issue

pytestmark = pytest.mark.ci

MEASURE = """
<!doctype html><meta charset="utf-8">
<style>iframe {{ border: 0; width: {width}px; height: 4000px; color-scheme: {scheme} }}</style>
<iframe srcdoc="{mail}"></iframe>
<script>
onload = () => {{
  const page = document.querySelector("iframe").contentDocument;
  const seen = element => getComputedStyle(element);
  const loud = [...page.querySelectorAll("h1, h2, h3, p, li, a")].filter(e => e.offsetWidth);
  document.body.append(Object.assign(document.createElement("pre"), {{id: "told", textContent:
    JSON.stringify({{
      wide: page.documentElement.scrollWidth,
      ground: seen(page.body).backgroundColor,
      text: seen(page.querySelector("h1")).color,
      smallest: Math.min(...loud.map(e => parseFloat(seen(e).fontSize))),
      headings: [...page.querySelectorAll("h1, h2, h3")].map(e => e.tagName),
      fetched: performance.getEntriesByType("resource").map(e => e.name),
    }})}}));
}};
</script>
"""


@pytest.fixture(scope="module")
def mail() -> Email:
    (mail,) = personalise(render_issue(full_issue(), base_url=""), [make_subscriber()])
    return mail


def look(chromium: str, folder: Path, mail: Email, *, width: int, scheme: str) -> dict:
    page = MEASURE.format(width=width, scheme=scheme, mail=html.escape(mail.html))
    return told(chromium, folder, page)


def brightness(colour: str) -> float:
    red, green, blue = map(int, re.findall(r"\d+", colour)[:3])
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


@pytest.mark.parametrize("width", [640, 375, 320])
def test_nothing_runs_past_the_edge(chromium, tmp_path, mail, width):
    assert look(chromium, tmp_path, mail, width=width, scheme="light")["wide"] <= width


def test_dark_readers_get_a_dark_page_with_light_text(chromium, tmp_path, mail):
    light = look(chromium, tmp_path, mail, width=375, scheme="light")
    dark = look(chromium, tmp_path, mail, width=375, scheme="dark")
    assert brightness(light["ground"]) > 0.8 > 0.3 > brightness(light["text"])
    assert brightness(dark["ground"]) < 0.2 < 0.7 < brightness(dark["text"])


def test_nothing_is_fetched_and_no_text_is_tiny(chromium, tmp_path, mail):
    seen = look(chromium, tmp_path, mail, width=375, scheme="light")
    assert seen["fetched"] == []
    assert seen["smallest"] >= 13


def test_headings_skip_no_level(chromium, tmp_path, mail):
    headings = look(chromium, tmp_path, mail, width=640, scheme="light")["headings"]
    levels = [int(name[1]) for name in headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))
