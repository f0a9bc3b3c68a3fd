"""What an editor does to the draft on a Friday, a step a function: each leaves it for the next."""

from __future__ import annotations

from playwright.sync_api import expect

from digest.model import Story, Theme
from tests.browser.editor import Editor
from tests.browser.house import PASSWORD, late_item, run
from tests.standins.web import Answer, FastClock, running_web

HEADLINE = "Amazon buys chips by the building"
BRIEF = "An editor wrote this insight by hand."
INTRO = "Good morning from the desk."
SUBJECT = "Chips, courts and a cold Friday"
THEME = "Chips of their own"
ADDED = "Northwind halves the price of its small model"
ARTICLE = (
    f"<!DOCTYPE html><html><head><title>{ADDED}</title></head><body><article><h1>{ADDED}</h1>"
    "<p>Northwind has halved the price of its small language model to $2 per million tokens, its"
    " chief executive said on Tuesday in a letter to customers.</p><p>The price was $4 before, and"
    " the cut holds for every customer of the model.</p></article></body></html>"
)


def sign_in(editor: Editor) -> None:
    """By name and password; the desk opens at the draft."""
    page = editor.page
    page.goto(f"{editor.house.address}/desk")
    page.fill("#name", "ada")
    page.fill("#password", PASSWORD)
    page.click("main button")
    expect(page.locator("h1")).to_have_text(editor.house.issue.title)


def reorder(editor: Editor) -> None:
    """The second story goes up by its button."""
    theme = editor.house.issue.themes[0]
    first, second = theme.stories[:2]
    editor.press(f"Move up: {second.title}")
    assert [one.id for one in _first(editor).stories[:2]] == [second.id, first.id]
    assert editor.shown()[theme.label] == editor.layout()[theme.label]


def drag(editor: Editor) -> None:
    """A story is dragged over the edge of its theme, onto the first of another."""
    one, other = editor.house.issue.themes[:2]
    story, target = one.stories[-1], other.stories[0]
    page = editor.page
    place = page.locator(f"[id='s-{target.id}']")
    editor.taken(
        lambda: page.locator(f"[id='s-{story.id}'] .told").drag_to(
            place, target_position={"x": 90, "y": 4}
        )
    )
    assert [one.id for one in editor.house.issue.themes[1].stories[:2]] == [story.id, target.id]


def pin_and_drop(editor: Editor) -> None:
    """One story is pinned, one is dropped."""
    kept, gone = editor.house.issue.themes[2].stories[:2]
    editor.press(f"Pin: {kept.title}")
    expect(editor.button(f"Unpin: {kept.title}")).to_be_visible()
    editor.press(f"Drop: {gone.title}")
    assert gone.id not in _ids(editor)


def bring_back(editor: Editor) -> None:
    """What had no room comes back from the list of what was left out."""
    line = next(one for one in editor.house.issue.left_out if one.rule.startswith("below"))
    editor.page.get_by_role("link", name="Left out").first.click()
    editor.page.get_by_role("link", name="below the cut").click()
    editor.taken(editor.button(f"Bring back: {line.title}").click)
    assert any(line.item == item.id for one in editor.house.issue.stories for item in one.items)
    editor.open()


def move_between(editor: Editor) -> None:
    """Two chosen short stories go under a theme."""
    issue = editor.house.issue
    chosen, theme = issue.also[:2], issue.themes[3]
    editor.choose(*chosen)
    _chosen(editor).locator("select").select_option(label=theme.label)
    editor.press("Move")
    after = next(one for one in editor.house.issue.themes if one.label == theme.label)
    assert {one.id for one in chosen} <= {one.id for one in after.stories}


def merge_stories(editor: Editor) -> None:
    """Two stories are one event."""
    first, second = editor.house.issue.themes[3].stories[:2]
    editor.choose(first, second)
    editor.taken(_chosen(editor).get_by_role("button", name="Make one story").click)
    joined = _story(editor, first.id)
    assert {item.id for item in second.items} <= {item.id for item in joined.items}


def split_story(editor: Editor) -> None:
    """A report is a story of its own."""
    story = next(one for one in editor.house.issue.stories if len(one.items) > 2)
    report = story.items[-1]
    editor.open(f"/stories/{story.id}")
    editor.page.get_by_label(f"Choose: {report.title}", exact=True).check()
    editor.press("Make the chosen reports a story of their own")
    assert _story(editor, report.id).id != story.id
    editor.open()


def merge_themes(editor: Editor) -> None:
    """The last theme takes in the one before it."""
    other, theme = editor.house.issue.themes[-2:]
    editor.fold_out(theme.label)
    part = editor.within(theme.label)
    part.locator("select[name=other]").select_option(label=other.label)
    editor.taken(part.get_by_role("button", name="Make one theme").click)
    labels = [one.label for one in editor.house.issue.themes]
    assert other.label not in labels
    assert theme.label in labels


def split_theme(editor: Editor) -> None:
    """Two stories of a theme get one of their own."""
    theme = max(editor.house.issue.themes, key=lambda one: len(one.stories))
    chosen = theme.stories[-2:]
    editor.choose(*chosen)
    _chosen(editor).get_by_label("new theme").fill("Odds and ends")
    editor.press("Make a theme")
    assert editor.layout()["Odds and ends"] == [one.title for one in chosen]


def rename_theme(editor: Editor) -> None:
    """A theme gets another name."""
    theme = _silicon(editor)
    editor.fold_out(theme.label)
    part = editor.within(theme.label)
    part.get_by_label("Name").fill(THEME)
    editor.taken(part.get_by_role("button", name="Rename").click)
    assert THEME in editor.layout()
    assert theme.label not in editor.layout()


def reword(editor: Editor) -> None:
    """Headline, insight, subject and intro: with the script they are kept without a press."""
    story = _lead(editor)
    editor.open(f"/stories/{story.id}")
    editor.page.get_by_label("Headline", exact=True).fill(HEADLINE)
    editor.page.get_by_label("Insight, in one line").fill(BRIEF)
    kept(editor, "Keep this text")
    editor.open()
    editor.page.get_by_label("Subject").fill(SUBJECT)
    editor.page.get_by_label("Intro, a paragraph a line").fill(INTRO)
    kept(editor, "Keep these lines")
    issue = editor.house.issue
    assert (issue.subject, issue.intro) == (SUBJECT, (INTRO,))
    worded = _story(editor, story.id)
    assert (worded.title, worded.brief.insight[0].text) == (HEADLINE, BRIEF)


def add_by_url(editor: Editor) -> None:
    """A report is fetched from a web server of the test."""
    with running_web(FastClock()) as web:
        page = Answer(ARTICLE.encode(), headers={"Content-Type": "text/html"})
        editor.page.get_by_label("Address of a report").fill(web.serve("/price", page))
        editor.press("Fetch and add")
    assert any(ADDED in titles for titles in editor.layout().values())


def undo_and_redo(editor: Editor) -> None:
    """The last move is taken back and made again."""
    after = editor.layout()
    gone = editor.house.issue.also[-1]
    editor.press(f"Drop: {gone.title}")
    editor.press("Undo")
    assert editor.layout() == after
    editor.press("Redo")
    assert gone.title not in editor.layout()[""]
    editor.press("Undo")


def history_and_back(editor: Editor) -> None:
    """The changes of a revision are shown word by word; a drop is turned by going back."""
    before = editor.house.issue.revision
    layout = editor.layout()
    editor.press(f"Drop: {editor.house.issue.also[-1].title}")
    editor.page.get_by_role("link", name="History").click()
    editor.page.get_by_role("link", name=f"Changes at revision {before + 1}").click()
    expect(editor.page.locator(".changes li")).not_to_have_count(0)
    editor.page.get_by_role("link", name="← History").click()
    editor.button(f"Back to this: revision {before}").click()
    expect(editor.page.locator("main .said")).to_contain_text(f"revision {before}")
    assert editor.layout() == layout


def conflict(editor: Editor) -> None:
    """Another editor was faster: both changes are shown, and this one's is made on top."""
    theirs, mine = editor.house.issue.also[-2:]
    ben = Editor(editor.house, editor.house.signed_in("ben"))
    ben.open()
    ben.press(f"Drop: {theirs.title}")
    ben.page.context.close()
    editor.button(f"Drop: {mine.title}").click()
    expect(editor.page.locator("h1")).to_have_text("Changed meanwhile")
    assert theirs.title in editor.page.locator("main").inner_text()
    assert mine.id in _ids(editor)
    editor.taken(editor.button("Make mine on top of theirs").click)
    assert not {theirs.id, mine.id} & set(_ids(editor))
    expect(editor.page.locator("h1")).to_have_text(editor.house.issue.title)
    editor.house.told.clear()  # a conflict answers 409, which the console reports


def rebuild(editor: Editor) -> None:
    """A report comes late: the draft is built again with it, and every move holds."""
    before = editor.house.issue
    path = editor.house.folder / "late.jsonl"
    path.write_text(late_item() + "\n", encoding="utf-8")
    run("import", str(path), "--now", "2026-05-10T19:00:00Z")
    editor.button("Rebuild with what came since").click()
    expect(editor.page.locator("main .said")).to_contain_text("Drafted again", timeout=60_000)
    expect(editor.page.locator("main .changes li").first).to_be_visible()
    after = editor.house.issue
    assert after.revision > before.revision
    assert after.subject == before.subject
    assert any(item.source == "Late Wire" for one in after.stories for item in one.items)
    labels = {theme.label for theme in before.themes}
    assert labels <= {theme.label for theme in after.themes}
    editor.open()


def kept(editor: Editor, button: str) -> None:
    """Autosave keeps what was typed; without the script a press does."""
    revision = editor.page.locator("main input[name=revision]").first
    before = revision.input_value()
    if not editor.script:
        editor.button(button).click()
    expect(revision).not_to_have_value(before)


def _chosen(editor: Editor):
    return editor.page.locator("#chosen")


def _first(editor: Editor) -> Theme:
    return editor.house.issue.themes[0]


def _silicon(editor: Editor) -> Theme:
    return next(one for one in editor.house.issue.themes if "Silicon" in one.label)


def _lead(editor: Editor) -> Story:
    return _first(editor).stories[0]


def _ids(editor: Editor) -> list[str]:
    return [item.id for story in editor.house.issue.stories for item in story.items]


def _story(editor: Editor, item: str) -> Story:
    stories = editor.house.issue.stories
    return next(story for story in stories if any(one.id == item for one in story.items))
