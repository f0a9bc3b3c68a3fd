"""Whether a reader can leave, and sees who writes."""

from __future__ import annotations

import pytest

from digest.lint.leaving import check_leaving, check_postal_address
from tests.builders_lint import HEADERS, found, make_letter, page

WITHOUT = page(footer="<p>Good bye</p>")


def test_a_mail_with_a_way_out_in_both_parts_and_the_headers_is_sound():
    assert found(check_leaving, make_letter(goes_out=True)) == []


def test_leaving_by_a_mail_to_the_sender_is_a_way_out_too():
    leave = "mailto:recap@sender.example?subject=unsubscribe"
    html = page(footer=f'<a href="{leave}">Unsubscribe</a>')
    letter = make_letter(html=html, text=leave, headers={"List-Unsubscribe": f"<{leave}>"})
    assert found(check_leaving, letter) == []


def test_html_without_a_way_out_is_an_error():
    assert found(check_leaving, make_letter(html=WITHOUT)) == [("error", "unsubscribe")]


def test_a_text_part_without_a_way_out_is_an_error():
    (finding,) = check_leaving(make_letter(text="The week"))
    assert (finding.rule, finding.place) == ("unsubscribe", "text part")


def test_of_an_empty_text_part_it_is_not_said_again():
    assert found(check_leaving, make_letter(text=" ")) == []


def test_a_mail_without_the_header_is_an_error():
    assert found(check_leaving, make_letter(headers={})) == [("error", "unsubscribe-header")]


@pytest.mark.parametrize("goes_out", [True, False])
def test_leaving_with_one_click_is_asked_of_a_mail_that_is_sent(goes_out):
    headers = {"List-Unsubscribe": HEADERS["List-Unsubscribe"]}
    letter = make_letter(headers=headers, goes_out=goes_out)
    assert found(check_leaving, letter) == [("warning", "unsubscribe-one-click")] * goes_out


@pytest.mark.parametrize(("goes_out", "level"), [(False, "warning"), (True, "error")])
def test_a_missing_postal_address_blocks_only_a_mail_that_is_sent(goes_out, level):
    letter = make_letter(html=WITHOUT, goes_out=goes_out)
    assert found(check_postal_address, letter) == [(level, "postal-address")]


def test_an_empty_postal_address_is_none():
    letter = make_letter(html=page(footer='<p class="adr">&nbsp;</p>'))
    assert found(check_postal_address, letter) == [("warning", "postal-address")]


def test_a_mail_with_a_postal_address_is_sound():
    assert found(check_postal_address, make_letter(goes_out=True)) == []
