"""An editor's Friday from an empty database to the sent issue: script, plain forms, keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import friday, friday_ending
from tests.browser.editor import Editor
from tests.browser.house import PASSWORD, opened

pytestmark = pytest.mark.ci

ENDING = (
    friday_ending.preview, friday_ending.check, friday_ending.send_test, friday_ending.approve,
    friday_ending.hold_and_approve_again, friday_ending.send,
)  # fmt: skip
MOVES = (
    friday.reorder, friday.pin_and_drop, friday.bring_back, friday.move_between,
    friday.merge_stories, friday.split_story, friday.merge_themes, friday.split_theme,
    friday.rename_theme, friday.reword, friday.add_by_url, friday.undo_and_redo,
    friday.history_and_back, friday.conflict, friday.rebuild,
)  # fmt: skip

NAMED = """() => {
  const at = document.activeElement;
  const label = at.labels?.[0];
  const own = label && [...label.childNodes].filter((one) => one.nodeType === 3);
  const text = own ? own.map((one) => one.textContent).join("") : at.textContent;
  return (at.getAttribute("aria-label") ?? text).trim();
}"""


def play(house, steps, **options) -> None:
    script = options.get("java_script_enabled", True)
    editor = Editor(house, house.context(**options).new_page(), script=script)
    for step in (friday.sign_in, *steps):
        step(editor)
    editor.page.context.close()


def test_with_the_script(chromium, tmp_path, furnished):
    with opened(tmp_path / "house", chromium, furnished) as house:
        play(house, (friday.drag, *MOVES, *ENDING))
        assert house.told == []
        assert house.issue.status == "sent"


def test_without_the_script(chromium, tmp_path, furnished):
    with opened(tmp_path / "house", chromium, furnished) as house:
        play(house, (*MOVES, *ENDING), java_script_enabled=False)
        assert house.issue.status == "sent"


def tab_to(editor: Editor, name: str, *, back: bool = False, most: int = 400) -> None:
    """Press Tab until the focus is on what has this name."""
    for _ in range(most):
        editor.page.keyboard.press("Shift+Tab" if back else "Tab")
        if editor.page.evaluate(NAMED) == name:
            return
    raise AssertionError(f"no Tab leads to `{name}`")


def typed(editor: Editor, text: str) -> None:
    """Write over what the field holds."""
    editor.page.keyboard.press("Control+A")
    editor.page.keyboard.type(text)


def go(editor: Editor) -> None:
    """Press Enter on what leads to another page."""
    with editor.page.expect_navigation():
        editor.page.keyboard.press("Enter")


def test_by_keyboard_alone(chromium, tmp_path, furnished):
    with opened(tmp_path / "house", chromium, furnished) as house:
        editor = Editor(house, house.context().new_page())
        keys, page = editor.page.keyboard, editor.page
        page.goto(f"{house.address}/desk")
        for name, text in (("Name", "ada"), ("Password", PASSWORD)):
            tab_to(editor, name)
            keys.type(text)
        go(editor)
        expect(page.locator("h1")).to_have_text(house.issue.title)

        theme = house.issue.themes[0]
        first, second = theme.stories[:2]
        tab_to(editor, "Skip to the content")
        keys.press("Enter")
        tab_to(editor, f"Change this theme: {theme.label}")
        keys.press("Space")
        tab_to(editor, "Name")
        typed(editor, friday.THEME)
        editor.taken(lambda: keys.press("Enter"))
        assert house.issue.themes[0].label == friday.THEME
        assert page.evaluate(NAMED) == "Name"

        tab_to(editor, f"Move down: {first.title}")
        editor.taken(lambda: keys.press("Space"))
        assert [one.id for one in house.issue.themes[0].stories[:2]] == [second.id, first.id]
        assert page.evaluate(NAMED) == f"Move down: {first.title}"

        tab_to(editor, f"Choose: {first.title}", back=True)
        keys.press("Space")
        tab_to(editor, "move to", back=True)
        keys.press("ArrowDown")
        tab_to(editor, "Move")
        editor.taken(lambda: keys.press("Enter"))
        assert first.id in [one.id for one in house.issue.themes[1].stories]

        tab_to(editor, second.title)
        go(editor)
        expect(page.locator("h1")).to_have_text(second.title)
        tab_to(editor, "Headline")
        editor.taken(lambda: typed(editor, friday.HEADLINE))
        assert house.issue.themes[0].stories[0].title == friday.HEADLINE

        tab_to(editor, f"← {house.issue.title}", back=True)
        go(editor)
        tab_to(editor, "Test, approve, send")
        go(editor)
        tab_to(editor, "Addresses, up to 10")
        keys.type("ada@desk.example")
        tab_to(editor, "Send a test copy")
        go(editor)
        expect(page.locator(".checks")).to_contain_text("A test copy of exactly this mail")
        for button in ("Approve…", "Approve: 3 subscribers"):
            tab_to(editor, button)
            go(editor)
        expect(page.locator(".status.is-approved").first).to_be_visible()
        assert house.told == []
