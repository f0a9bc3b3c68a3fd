"""How large the mail may be, before and after it is encoded."""

from __future__ import annotations

import pytest

from digest.lint.size import check_size, delivered_size
from digest.providers.eml import eml
from tests.builders import NOW
from tests.builders_lint import found, make_letter, page


def filled(size: int, sign: str = "a ") -> str:
    """A document of so many bytes."""
    empty = len(page("<p></p>").encode())
    return page(f"<p>{(sign * size)[: size - empty]}</p>")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (filled(79_000), []),
        (filled(81_000), [("warning", "size-html")]),
        (filled(93_000), [("warning", "size-delivered-margin"), ("warning", "size-html")]),
        (filled(99_000), [("error", "size-delivered"), ("warning", "size-html")]),
    ],
)
def test_the_html_is_measured_as_it_is_and_as_it_is_delivered(html, expected):
    assert found(check_size, make_letter(html=html)) == expected


def test_a_mail_in_another_script_is_larger_when_delivered():
    html = page("<p>" + "это " * 4_000 + "</p>")
    assert len(html.encode()) < 80_000
    assert found(check_size, make_letter(html=html)) == []
    longer = html.replace("<p>", "<p>" + "это " * 2_000, 1)
    assert found(check_size, make_letter(html=longer)) == [("error", "size-delivered")]


def test_the_size_as_delivered_is_that_of_the_part_in_a_message():
    letter = make_letter("<p>" + "Northwind €5 – “opens”, it says. " * 900 + "</p>")
    message = eml(letter.email, key="5/1", at=NOW)
    html = message.get_body(("html",)).as_bytes().partition(b"\r\n\r\n")[2]
    assert delivered_size(letter.email.html) == pytest.approx(len(html), rel=0.005)


@pytest.mark.parametrize(
    ("characters", "expected"),
    [
        (6_000, []),
        (6_001, [("warning", "size-style-margin")]),
        (16_385, [("error", "size-style")]),
    ],
)
def test_style_sheets_are_measured_together(characters, expected):
    half = characters // 2
    head = f"<style>{'a' * half}</style><style>{'a' * (characters - half)}</style>"
    assert found(check_size, make_letter(head=head)) == expected
