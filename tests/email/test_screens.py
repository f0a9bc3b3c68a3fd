"""The mail as Chromium lays it out: desktop and phone, light and dark, images off, styles gone."""

from __future__ import annotations

import io
import itertools
import re

import pytest

from tests.email.hostile import ATOMS, hostile_issue
from tests.email.looks import SCHEMES, WIDTHS
from tests.email.mails import mail_of
from tests.email.words import without_images, without_styles, words_of_html

pytestmark = pytest.mark.ci

SMALLEST = 13


def past_the_edge(seen, width: int) -> list[str]:
    texts = [text["text"] for text in seen.texts if text["right"] > width or text["left"] < 0]
    return texts + ([f"the page is {seen.width} px wide"] if seen.width > width else [])


def brightness(red: float, green: float, blue: float) -> float:
    """From 0 for black to 1 for white."""
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


def mean_brightness(picture: bytes) -> float:
    from PIL import Image, ImageStat

    return brightness(*ImageStat.Stat(Image.open(io.BytesIO(picture)).convert("RGB")).mean)


def grounds(seen) -> set[float]:
    """How bright what the texts stand on is, the button aside."""
    texts = (text for text in seen.texts if not text["text"].startswith("Read it at "))
    return {brightness(*map(int, re.findall(r"\d+", text["ground"]))) for text in texts}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_nothing_runs_past_the_edge(window, mail, width, scheme):
    assert past_the_edge(window.see(mail.html, width=width, scheme=scheme), width) == []


def test_nothing_runs_past_the_edge_of_a_small_phone_without_styles(window, mail):
    assert past_the_edge(window.see(without_styles(mail.html), width=320), 320) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_each_reader_gets_a_page_of_the_scheme_they_chose(window, mail, width):
    light = window.see(mail.html, width=width, scheme="light")
    dark = window.see(mail.html, width=width, scheme="dark")
    assert mean_brightness(light.picture) > 0.8 > 0.25 > mean_brightness(dark.picture)
    assert min(grounds(light)) > 0.8 > 0.25 > max(grounds(dark))


def test_the_reader_sees_all_words_in_order_with_images_and_styles_or_without(window, mail):
    plain = window.see(mail.html, width=320).words
    assert len(plain) > 50
    assert tuple(words_of_html(mail.html)[-len(plain) :]) == plain  # before: the inbox's own line
    assert window.see(without_images(mail.html), width=320).words == plain
    assert window.see(without_styles(mail.html), width=320).words == plain


def test_nothing_is_fetched(window, mail):
    assert window.see(mail.html, scheme="dark").fetched == ()


@pytest.mark.parametrize("cleared", [str, without_styles])
def test_no_text_is_tiny(window, mail, cleared):
    seen = window.see(cleared(mail.html), width=320)
    assert [text for text in seen.texts if text["size"] < SMALLEST] == []


def test_headings_skip_no_level(window, mail):
    levels = window.see(mail.html).headings
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))


@pytest.mark.parametrize("seed", range(40))
def test_a_hostile_mail_keeps_its_words_and_the_edge_of_a_small_phone(window, seed):
    html = mail_of(*hostile_issue(list(ATOMS[seed % 7 :: 7]), seed)).html
    seen = window.see(html, width=320)
    assert past_the_edge(seen, 320) == []
    assert tuple(words_of_html(html)[-len(seen.words) :]) == seen.words


def test_faults_are_seen(window):
    image = "<img src='https://chip-ledger.example/chip.png'>"
    html = f"<h1>a</h1><p style='width:700px;text-align:right;font-size:9px'>far{image}"
    seen = window.see(html)
    assert past_the_edge(seen, 640) == ["far", "the page is 708 px wide"]
    assert [text["size"] for text in seen.texts] == [32, 9]
    assert seen.fetched == ("https://chip-ledger.example/chip.png",)
    assert window.see(without_images(html)).fetched == ()
