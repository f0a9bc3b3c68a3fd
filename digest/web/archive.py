"""Makes the pages of past issues as texts, for whoever serves them or writes them into files.

Links between the pages are paths from the top of the site. Nothing here depends on who asks, or
when.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import render_template

from digest.cards import card
from digest.days import Days, week_span
from digest.errors import StateError
from digest.framing import Frame, framed, public_part
from digest.keywords import LONGEST_QUESTION, asked
from digest.localisation import Catalog
from digest.model import Issue, Week
from digest.slugs import key_of, read_key, slug
from digest.store.archive import PublicIssue, PublicStory
from digest.web import labels, pages
from digest.web.documents import Document, mail_policy
from digest.web.sharing import share_links
from digest.web.site import Site

LATEST = 5
"""Issues on the home page."""

RESULTS = 20
"""Stories on a page of results."""

MOST_PAGES = 500
MOST_WEEKS = 52
"""Issues of which a theme's page names the stories; older ones are found by search."""

TREND = 26
"""Issues of which a theme's page counts the stories."""

_UnderTheme = tuple[dict[str, str] | None, list[dict[str, str]]]


class ArchivePages:
    """The pages of one installation; what does not exist or is not public is None."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._archive = site.store.archive
        self._url = site.settings.base_url.rstrip("/")

    @property
    def words(self) -> Catalog:
        """Of the newsletter's language."""
        return self._site.words

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The texts that pages share."""
        return labels.labels(self.words, self._site.brand.name)

    def home(self, form: Mapping[str, object] | None = None) -> Document:
        """What this is, the form to subscribe with, the latest issues.

        Args:
            form: what `_subscribe_form.html` needs; None where nothing can be sent.
        """
        latest = self._archive.issues(LATEST)
        name = self._site.brand.name
        return self._page(
            "/",
            "home.html",
            pages.Page(name),
            description=self._site.brand.tagline,
            issues=[self._line(issue) for issue in latest],
            themes=self.themes(latest[0]) if latest else [],
            **{"form": None, **(form or {})},
        )

    def issues(self) -> Document:
        """Every public issue, newest first."""
        return self._page(
            "/issues/",
            "issues.html",
            pages.Page(self.labels["all"]),
            issues=[self._line(issue) for issue in self._archive.issues()],
        )

    def issue(self, number: int) -> Document | None:
        """The mail of an issue as it was sent, without what was a reader's own, in a frame."""
        issue = self._archive.issue(number)
        if issue is None:
            return None
        try:
            public = public_part(self._site.store.approvals.frozen(number).mail)
        except StateError:
            return None
        path = f"/issues/{number}"
        shared = {
            **self._shared(path),
            "heading": issue.subject,
            "description": issue.preheader,
            "published": issue.published_at,
            "themes": self.themes(issue),
            **dict(zip(("older", "newer"), self._neighbours(number), strict=True)),
        }
        frame = Frame(*(render_template(f"_issue_{part}.html", **shared) for part in _PARTS))
        return Document(
            path, framed(public, frame), policy=mail_policy(public.styles, public.hosts)
        )

    def story(self, number: int, given: str) -> Document | None:
        """A story with its whole brief; `given` is the end of its address, in any wording."""
        key, about = read_key(given), self._archive.issue(number)
        if not key or about is None:
            return None
        issue = self._site.store.content.issue(number)
        story = next((one for one in issue.stories if key_of(one.id) == key), None)
        if story is None:
            return None
        told = next((t for t in self._archive.stories(number) if t.key == key), None)
        shown = card(story, self._days(issue))
        path = f"/issues/{number}/{slug(shown.title, key)}"
        return self._page(
            path,
            "story.html",
            pages.Page(shown.title),
            description=shown.summary,
            published=about.published_at,
            card=shown,
            fresh=labels.fresh(self.words, shown.fresh),
            original=labels.original(self.words, shown.host),
            written=labels.written(self.words, shown.writer),
            issue=self._line(about),
            theme=self._theme_link(told) if told and told.theme_key else None,
            latest=self._line(self._archive.issues(1)[0]),
            share=share_links(shown.title, f"{self._url}{path}", mail=self.labels["email"]),
        )

    def theme(self, given: str) -> Document | None:
        """The stories of a theme over the weeks, and how many there were in each."""
        key = read_key(given)
        stories = self._archive.theme(key) if key else ()
        if not stories:
            return None
        label = stories[0].theme
        about = {issue.number: issue for issue in self._archive.issues()}
        weeks = [(about[n], list(some)) for n, some in groupby(stories, lambda one: one.issue)]
        sizes = {issue.number: some[0].theme_size for issue, some in weeks}
        since = [issue for number, issue in about.items() if number >= min(sizes)][:TREND]
        return self._page(
            f"/themes/{slug(label, key)}",
            "theme.html",
            pages.Page(label, (labels.extent(self.words, len(stories), len(weeks)),)),
            description=labels.extent(self.words, len(stories), len(weeks)),
            weeks=[
                (self._line(issue), [self._story_link(one) for one in some])
                for issue, some in weeks[:MOST_WEEKS]
            ],
            trend=[(self._line(issue), sizes.get(issue.number, 0)) for issue in since],
            most=max(sizes.values()),
        )

    def search(self, question: str, page: int) -> Document:
        """The stories that have all of the words, best first."""
        question = " ".join(question[:LONGEST_QUESTION].split())
        total, stories = self._archive.search(
            asked(question),
            language=self._site.settings.brand.language,
            start=(page - 1) * RESULTS,
            limit=RESULTS,
        )
        about = {issue.number: self._line(issue) for issue in self._archive.issues()}
        told = labels.found(self.words, total, question) if question else ""
        before, after = labels.further(self.words)
        return Document(
            "/search",
            render_template(
                "search.html",
                **self._shared("/search"),
                page=pages.Page(self.labels["find"], (told,) if told else ()),
                description="",
                question=question,
                results=[(self._story_link(one), about[one.issue]) for one in stories],
                before=(before, page - 1) if page > 1 else None,
                after=(after, page + 1) if page * RESULTS < total else None,
            ),
            indexed=False,
        )

    def at(self, path: str) -> Document | None:
        """The page of one of `paths`."""
        match path.strip("/").split("/"):
            case [""]:
                return self.home()
            case ["issues"]:
                return self.issues()
            case ["issues", number]:
                return self.issue(int(number))
            case ["issues", number, slug]:
                return self.story(int(number), slug)
            case ["themes", slug]:
                return self.theme(slug)
        return None

    def paths(self) -> Iterator[str]:
        """The paths of all pages that a search engine may list, in order."""
        yield from ("/", "/issues/")
        for issue in self._archive.issues():
            yield f"/issues/{issue.number}"
        stories = self._archive.all_stories()
        yield from map(self._story_path, stories)
        # A theme is called what it was called last.
        labels = {one.theme_key: one.theme for one in reversed(stories) if one.theme_key}
        for key, label in sorted(labels.items(), key=lambda pair: (pair[1].casefold(), pair[0])):
            yield f"/themes/{slug(label, key)}"

    def themes(self, issue: PublicIssue) -> list[_UnderTheme]:
        """The stories of an issue under their themes; those in one line are under none."""
        under: list[_UnderTheme] = []
        stories = self._archive.stories(issue.number)
        for key, some in groupby(stories, lambda one: one.theme_key):
            listed = list(some)
            theme = self._theme_link(listed[0]) if key else None
            under.append((theme, [self._story_link(one) for one in listed]))
        return under

    def _page(self, path: str, template: str, page: pages.Page, **values: object) -> Document:
        values = {"description": "", **self._shared(path), **values}
        return Document(path, render_template(template, page=page, **values))

    def _shared(self, path: str) -> dict[str, object]:
        """What the frame of every page needs."""
        return {"labels": self.labels, "canonical": f"{self._url}{path}", "published": None}

    def _line(self, issue: PublicIssue) -> dict[str, object]:
        """An issue in a list."""
        dates = week_span(Week.parse(issue.week), self.words)
        return {
            "path": f"/issues/{issue.number}",
            "subject": issue.subject,
            "preheader": issue.preheader,
            "line": labels.issue_line(self.words, issue.number, dates),
            "number": issue.number,
            "dates": dates,
        }

    def _story_link(self, story: PublicStory) -> dict[str, str]:
        return {"path": self._story_path(story), "title": story.title, "summary": story.summary}

    def _story_path(self, story: PublicStory) -> str:
        return f"/issues/{story.issue}/{slug(story.title, story.key)}"

    def _theme_link(self, story: PublicStory) -> dict[str, str]:
        return {"path": f"/themes/{slug(story.theme, story.theme_key)}", "label": story.theme}

    def _neighbours(self, number: int) -> tuple[dict[str, object] | None, ...]:
        """The issues before and after, if there are any."""
        issues = self._archive.issues()
        at = next(at for at, issue in enumerate(issues) if issue.number == number)
        older, newer = issues[at + 1 : at + 2], issues[max(0, at - 1) : at]
        return tuple(self._line(some[0]) if some else None for some in (older, newer))

    def _days(self, issue: Issue) -> Days:
        return Days(ZoneInfo(issue.timezone), Week.parse(issue.week).year, self.words)


_PARTS = ("head", "top", "bottom")
