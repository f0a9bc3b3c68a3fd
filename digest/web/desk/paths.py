"""Where the pages of an issue are: their addresses, and the place that a finding is about."""

from __future__ import annotations

from urllib.parse import quote

from digest.lint import Finding, story_place
from digest.model import Issue

NUMBER = "/issues/<int:number>"
"""The page of an issue, below the desk; the others begin with it."""


def of_issue(base: str, number: int) -> str:
    """The address of the page of an issue."""
    return f"{base}/desk/issues/{number}"


def of_finding(issue: Issue, finding: Finding) -> str:
    """Where a finding can be mended, behind the address of the issue; "" if nowhere there."""
    if finding.place in ("subject", "preheader"):
        return "#lines"
    for story in issue.stories:
        # A finding of several stories names the first and counts the others.
        if finding.place.startswith(story_place(story)) or finding.place == _link(story.title):
            return f"#s-{quote(story.id)}"
    for number, theme in enumerate(issue.themes):
        if finding.place == f"theme “{theme.label}”":
            return f"#t-{number}"
    return ""


def _link(title: str) -> str:
    """How the lint names the link of a headline."""
    return f"link “{' '.join(title.split())[:60]}”"
