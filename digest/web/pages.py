"""Word the pages: a heading, what there is to know, at most one button and one way on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from digest.consent import Confirming
from digest.localisation import Catalog


def _nothing() -> Mapping[str, object]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Page:
    """One page, top to bottom.

    Attributes:
        button: what a press says; it posts to the page's own address. "" for no button.
        way: a further page: its text and its path under the base address; empty for none.
        labels: of the fields of a form.
        data: what a program is told besides.
    """

    heading: str
    paragraphs: tuple[str, ...] = ()
    button: str = ""
    way: tuple[str, str] = ("", "")
    status: int = 200
    labels: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, object] = field(default_factory=_nothing)


def confirm(words: Catalog, name: str) -> Page:
    """Asks for the press that confirms."""
    return Page(
        words.say("Confirm your subscription"),
        (words.say("With the button you subscribe to %(name)s, by mail, every week.", name=name),),
        button=words.say("Subscribe"),
    )


def confirmed(words: Catalog, outcome: Confirming) -> Page:
    """Tells what came of it; `UNKNOWN` is no page of its own."""
    if outcome is Confirming.DONE:
        return Page(
            words.say("You are subscribed"),
            (
                words.say("A welcome mail is on its way to you."),
                words.say("A link at the end of every issue lets you leave."),
            ),
        )
    if outcome is Confirming.BEFORE:
        return Page(
            words.say("You are subscribed already"),
            (words.say("This link was used before, and has done what it is for."),),
        )
    if outcome is Confirming.SUPPRESSED:
        return Page(
            words.say("This address cannot be subscribed"),
            (
                words.say(
                    "Mails to it came back, or were not wanted. Who runs the newsletter can help."
                ),
            ),
            status=410,
        )
    return Page(
        words.say("This link works no more"),
        (
            words.say("It worked for seven days, or you have left since. Ask for a new one."),
        ),
        way=(words.say("Subscribe"), "/subscribe"),
        status=410,
    )  # fmt: skip


def leave(words: Catalog, name: str) -> Page:
    """Asks for the press that leaves."""
    return Page(
        words.say("Leave %(name)s", name=name),
        (words.say("With the button you get no further issue. It takes effect at once."),),
        button=words.say("Unsubscribe"),
    )


def left(words: Catalog, name: str) -> Page:
    """Tells that it is done, and how to come back."""
    return Page(
        words.say("You have left"),
        (
            words.say("No further issue of %(name)s is sent to you.", name=name),
            words.say("If that was a mistake, subscribe again and confirm by mail."),
        ),
        way=(words.say("Subscribe again"), "/subscribe"),
    )


def subscribe(
    words: Catalog, name: str, *, problem: str = "", status: int = 200, stamp: str = ""
) -> Page:
    """The form to subscribe with; `problem` says why it is shown again."""
    return Page(
        words.say("Subscribe to %(name)s", name=name),
        (problem,) if problem else (),
        button=words.say("Subscribe"),
        status=status,
        labels={
            "email": words.say("Your mail address"),
            "name": words.say("Your name, if you want to be greeted"),
            "trap": words.say("Leave this field empty"),
        },
        data={"stamp": stamp, "consent": consent(words, name)},
    )


def consent(words: Catalog, name: str) -> str:
    """What a reader agrees to; a change of it is a new version of the form."""
    return words.say(
        "I want %(name)s by mail every week. My address is kept for that alone, and I can leave"
        " with one click in every mail.",
        name=name,
    )


def asked(words: Catalog) -> Page:
    """The same for every address, so that it tells nothing of any."""
    return Page(
        words.say("Look into your inbox"),
        (
            words.say("A mail with a link to confirm by is on its way, if it is needed."),
            words.say("No mail comes to an address that is subscribed or was asked already today."),
        ),
    )


def preferences(words: Catalog, *, kept: bool = False, strange: bool = False) -> Page:
    """The form with a reader's choices; `strange` if their zone is none that is known."""
    return Page(
        words.say("Your choices"),
        (words.say("Your choices are kept."),) if kept else (),
        button=words.say("Keep my choices"),
        status=422 if strange else 200,
        labels={
            "name": words.say("Your name, if you want to be greeted"),
            "language": words.say("Language of pages and notices"),
            "zone": words.say("Your time zone"),
            "zone_help": words.say("The issue comes at its hour there. Such as Europe/Berlin."),
            "zone_problem": words.say("No zone has this name; the one before was kept."),
            "pause": words.say("Pause"),
            "themes": words.say("Themes that come first"),
            "roles": words.say("What you do"),
            "leave": words.say("Unsubscribe"),
        },
    )


def pause(words: Catalog, weeks: int) -> str:
    """A pause to choose; 0 for none."""
    if not weeks:
        return words.say("No pause: the next issue comes")
    return words.count("No issue for %(number)s week", "No issue for %(number)s weeks", weeks)


def paused(words: Catalog, until: date) -> str:
    """The pause that a reader has chosen before."""
    return words.say("Stay paused until %(day)s", day=words.day(until))


def failure(words: Catalog, status: int) -> Page:
    """Why there is no page, without details."""
    said = {
        404: (
            words.say("This page does not exist"),
            words.say("If you came by a link in a mail, copy all of the link."),
        ),
        405: (
            words.say("This page takes no such call"),
            words.say("Open it in a browser and use the button there."),
        ),
        413: (words.say("That was too much"), words.say("Send less at once.")),
        429: (words.say("Too many tries"), words.say("Wait for an hour, then try again.")),
        503: (
            words.say("This does not work just now"),
            words.say("Nothing was changed. Try again in a minute."),
        ),
    }  # fmt: skip
    if status in said:
        heading, text = said[status]
    elif status < 500:
        heading, text = words.say("That cannot be read"), words.say("Go back and try again.")
    else:
        heading = words.say("Something is broken here")
        text = words.say("Whoever runs this newsletter can see what. Try again later.")
    return Page(heading, (text,), status=status)
