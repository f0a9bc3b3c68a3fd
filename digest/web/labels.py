"""Word the archive: what its pages say beside the texts of the issues themselves."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from digest.localisation import Catalog


def labels(words: Catalog, name: str) -> Mapping[str, str]:
    """Every text of the archive's pages that is the same in all of them, by what it stands for."""
    return MappingProxyType(
        {
            "about": words.say(
                "Each week the reports of many sources are joined into stories, the stories into"
                " themes, and each is told briefly with links to whoever reported it. An editor"
                " reads every issue before it leaves."
            ),
            "ahead": words.say("Future implications"),
            "all": words.say("All issues"),
            "care": words.say("Who should care:"),
            "changed": words.say("What changed"),
            "compared": words.say("Comparison"),
            "continues": words.say("Continues"),
            "dive": words.say("Technical deep dive"),
            "email": words.say("Mail"),
            "feeds": words.say("Follow by feed"),
            "find": words.say("Search"),
            "issues": words.say("Issues"),
            "latest": words.say("The latest issue"),
            "matters": words.say("Why it matters"),
            "navigation": words.say("Pages of this site"),
            "next": words.say("What to do next"),
            "newer": words.say("Next issue"),
            "nothing": words.say("No issue has been sent yet."),
            "older": words.say("Previous issue"),
            "question": words.say("Words to look for in past issues"),
            "related": words.say("Related updates"),
            "rights": words.say("Rights belong to the original publishers."),
            "read": words.say("Read this week’s digest"),
            "recap": words.say("The week’s stories, each once, with its sources."),
            "share": words.say("Share"),
            "sources": words.say("Reported by"),
            "stories": words.say("Stories of this issue"),
            "subscribe": words.say("Subscribe"),
            "takeaways": words.say("Key takeaways"),
            "timeline": words.say("Timeline"),
            "tldr": words.say("30-second TL;DR"),
            "trend": words.say("Stories a week"),
            "week": words.say("Week"),
            "count": words.say("Stories"),
            "under": words.say("Theme"),
            "what": words.say("What this is"),
            "name": name,
        }
    )


def issue_line(words: Catalog, number: int, dates: str) -> str:
    """Which issue: "Issue 5 · May 25 – 31, 2026"."""
    issue = words.say("Issue %(number)s", number=number)
    return f"{issue} · {dates}" if dates else issue


def fresh(words: Catalog, span: str) -> str:
    """How soon a story was here."""
    return words.say("Fresh: collected within %(span)s", span=span) if span else ""


def original(words: Catalog, host: str) -> str:
    """The button to the report itself."""
    return words.say("Read the original at %(host)s", host=host)


def written(words: Catalog, writer: str) -> str:
    """Who worded a part of the brief."""
    if not writer:
        return ""
    return words.say(
        "Parts of this page were worded by a language model (%(model)s) from these reports.",
        model=writer,
    )


def found(words: Catalog, total: int, question: str) -> str:
    """What a search found."""
    if not total:
        return words.say("Nothing was found for “%(question)s”.", question=question)
    return words.count(
        "%(number)s story for “%(question)s”",
        "%(number)s stories for “%(question)s”",
        total,
        question=question,
    )


def extent(words: Catalog, stories: int, issues: int) -> str:
    """How much there is of a theme."""
    told = words.count("%(number)s story", "%(number)s stories", stories)
    return words.say(
        "%(stories)s in %(issues)s",
        stories=told,
        issues=words.count("%(number)s issue", "%(number)s issues", issues),
    )


def further(words: Catalog) -> tuple[str, str]:
    """To the page before and the page after."""
    return words.say("Better matches"), words.say("Further matches")
