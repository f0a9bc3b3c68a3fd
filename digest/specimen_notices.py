"""One made-up notice of each kind, those for editors and operators with hard texts.

`recap preview-template` renders them.
"""

from __future__ import annotations

from datetime import timedelta

from digest import notices, reviews
from digest.layout import lay_out
from digest.links import page_links
from digest.localisation import ENGLISH, Catalog
from digest.model import Brand
from digest.reviews import Fault, Preflight, Terms, Ways
from digest.specimens import HARD, OUTLETS, WINDOW, worst_issue

_DUE = WINDOW.end + timedelta(hours=8)
_FAULTS = (
    Fault("sizes", f"story item-3 “{HARD[3]}”: its headline is long", "shorten it", 4),
    Fault("printed", f"story item-6 “{HARD[6]}”: was in issue 10480", "drop it, or say why"),
)


def specimen_notices(
    brand: Brand, *, base_url: str, words: Catalog = ENGLISH
) -> tuple[notices.Notice, ...]:
    """One of each kind; a reminder has an error in it.

    Args:
        base_url: where the pages are served.
    """
    return (
        notices.confirmation(brand, page=f"{base_url}/confirm/specimen", days=7, words=words),
        notices.welcome(
            brand,
            next_issue=_DUE,
            leave=f"{base_url}/leave/specimen",
            archive=f"{base_url}/issues",
            words=words,
        ),
        _review(brand, base_url, words, Preflight((), _FAULTS, 1204), Terms(_DUE, "hold")),
        _review(
            brand,
            base_url,
            words,
            Preflight(_FAULTS[:1], _FAULTS[1:], 0),
            Terms(_DUE, "send", left=timedelta(hours=4)),
        ),
        notices.announcement(
            brand,
            what=f"Nobody approved issue 10482 by Monday 08:00, so it is held: {HARD[0]}",
            fix="Approve it at the desk and send it, or leave it at that.",
            desk=f"{base_url}/desk/issues/10482/send",
            words=words,
        ),
        notices.alert(
            brand,
            problem=f"31 of 43 sources failed: {HARD[6]}",
            place="recap collect, 06:00",
            fix="Look at `recap sources list`, and mute what is gone.",
            lines=[f"{OUTLETS[at % 7]}: no answer in 30 s ({HARD[at % 10]})" for at in range(9)],
            words=words,
        ),
        notices.goodbye(brand, subscribe=f"{base_url}/subscribe", words=words),
    )


def _review(
    brand: Brand, base_url: str, words: Catalog, preflight: Preflight, terms: Terms
) -> notices.Notice:
    issue = worst_issue()
    links = page_links(issue, brand, base_url, ("issue",))
    page = f"{base_url}/review"
    return reviews.review(
        brand,
        issue,
        lay_out(issue, brand, links=links, words=words),
        preflight=preflight,
        terms=terms,
        ways=Ways(
            open=f"{page}/open-specimen",
            approve=f"{page}/approve-specimen",
            hold=f"{page}/hold-specimen",
            until=_DUE + timedelta(hours=6),
        ),
        words=words,
    )
