"""How an editor's Friday ends: preview, check, test, approve, hold, send; a step a function."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.editor import Editor
from tests.browser.friday import HEADLINE, INTRO, SUBJECT, THEME, kept


def preview(editor: Editor) -> None:
    """The frame shows the mail with the edits."""
    editor.page.get_by_role("link", name="Preview").first.click()
    frame = editor.page.frame_locator("iframe.mail")
    expect(frame.locator("body")).to_contain_text(HEADLINE)
    expect(frame.locator("body")).to_contain_text(INTRO)


def check(editor: Editor) -> None:
    """Nothing is left to mend."""
    editor.page.get_by_role("link", name="Check", exact=True).click()
    expect(editor.page.locator("h2", has_text="What must be mended + p")).to_have_count(0)
    assert editor.page.locator("h2:text-is('What must be mended') + p").inner_text() == "Nothing."


def send_test(editor: Editor) -> None:
    """A copy goes to the editor."""
    editor.page.get_by_role("link", name="Test, approve, send").click()
    editor.page.get_by_label("Addresses, up to").fill("ada@desk.example")
    editor.button("Send a test copy").click()
    expect(editor.page.locator(".checks")).to_contain_text("A test copy of exactly this mail")
    (copy,) = [mail for mail in editor.house.mails() if mail["To"] == "ada@desk.example"]
    assert SUBJECT in copy["Subject"]


def approve(editor: Editor) -> None:
    """With the second press, which tells how many it goes to."""
    editor.page.get_by_role("link", name="Approve…").click()
    expect(editor.page.locator("dl")).to_contain_text("3 subscribers")
    editor.button("Approve: 3 subscribers").click()
    expect(editor.page.locator(".status.is-approved").first).to_be_visible()


def hold_and_approve_again(editor: Editor) -> None:
    """In the undo window it is held, mended, tested and approved once more."""
    editor.page.get_by_label("Why it is held").fill("a wrong word")
    editor.button("Hold").click()
    expect(editor.page.locator(".status.is-held").first).to_be_visible()
    editor.open()
    editor.page.get_by_label("Preheader").fill("Mended before it left.")
    kept(editor, "Keep these lines")
    editor.open("/send")
    editor.button("Send a test copy").click()
    expect(editor.page.locator(".checks")).to_contain_text("A test copy of exactly this mail")
    approve(editor)


def send(editor: Editor) -> None:
    """It leaves once the undo window is over, and the page follows it to its end."""
    house = editor.house
    editor.page.get_by_role("link", name="Send now…").click()
    house.let_the_undo_window_pass()
    editor.button("Send: 3 subscribers").click()
    if editor.script:  # the page follows by itself
        expect(editor.page.locator("main .status.is-sent")).to_be_visible(timeout=30_000)
    else:
        _looked_again(editor)
    editor.open("/deliveries")
    expect(editor.page.locator("main")).to_contain_text("maren@post.example")
    mails = [mail for mail in house.mails() if mail["To"].endswith("@post.example")]
    assert {mail["Subject"] for mail in mails} == {SUBJECT}
    for mail in mails:
        text = mail.get_body(("plain",)).get_content()
        assert all(words in text for words in (HEADLINE, INTRO))
        assert THEME.lower() in text.lower()


def _looked_again(editor: Editor) -> None:
    for _ in range(40):
        if editor.page.locator("main .status.is-sent").count():
            return
        editor.page.wait_for_timeout(250)
        editor.open("/send")
    raise AssertionError("it was not sent")
