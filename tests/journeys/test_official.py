"""The official's way in a browser: on a phone, without script, and by keyboard alone."""

import io
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from config import ROOT
from tests.cast import PASSWORD, Cast
from tests.journeys import steps
from tests.server import Server
from training.content import folder
from training.content.schema import Document

OpenPage = Callable[..., Page]
Shoot = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def document() -> Document:
    """The module as it is published."""
    found, findings = folder.read_path(ROOT / "modules" / "trafficking-or-smuggling")
    assert found is not None, findings
    return found


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_from_sign_in_to_a_certificate_checked_by_a_stranger(
    cast_and_server: tuple[Cast, Server],
    open_page: OpenPage,
    shoot: Shoot,
    document: Document,
    script: bool,
) -> None:
    """Sign in, module, lessons, checks, final, PDF, verification in a second browser."""
    cast, server = cast_and_server
    page = open_page(server.url, script=script)
    look = _Looker(shoot, script)
    steps.sign_in(page, cast["learner"])
    look(page, "home")
    page.get_by_role("link", name="Have a look").click()
    look(page, "module")
    page.get_by_role("button", name="Begin").click()
    for lesson in document.lessons:
        expect(page.get_by_role("heading", level=1)).to_have_text(lesson.title)
        look(page, f"lesson-{lesson.id}")
        page.get_by_role("button", name="Mark as done and go on").click()
        look(page, "check-start")
        page.get_by_role("button", name="Start").click()
        _do_check(page, document, look)
        if lesson != document.lessons[-1]:
            page.get_by_role("link", name="Next lesson").click()
    page.get_by_role("link", name="To the module").click()
    page.get_by_role("link", name="Final", exact=True).click()
    look(page, "final-start")
    page.get_by_role("button", name="Start").click()
    for _ in range(12):
        look(page, "final-question")
        for option in steps.right_choices(page, document):
            page.locator(f'input[value="{option}"]').check()
        page.get_by_role("button", name="Save and next").click()
    look(page, "final-overview")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("You passed with 12 of 12 points.")).to_be_visible()
    look(page, "final-result")
    page.get_by_role("link", name="To the module").click()
    look(page, "completed")
    code = steps.code_on(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as PDF").click()
    reader = PdfReader(io.BytesIO(download.value.path().read_bytes()))
    printed = " ".join(reader.pages[0].extract_text().split())
    assert "Learner Person" in printed
    assert f"{code[:4]}-{code[4:8]}" in printed
    stranger = open_page(server.url, script=script)
    stranger.goto("/verify/")
    stranger.get_by_label("Code on the certificate").fill(
        f"{code[:4]} {code[4:8].lower()} {code[8:]}"
    )
    stranger.get_by_role("button", name="Check").click()
    expect(stranger.get_by_text("Learner Person")).to_be_visible()
    look(stranger, "verified")


class _Looker:
    """Looks at each kind of page once: screenshot, accessibility, width."""

    def __init__(self, shoot: Shoot, script: bool) -> None:
        self.shoot, self.script = shoot, script
        self.seen: set[str] = set()

    def __call__(self, page: Page, name: str) -> None:
        if name in self.seen:
            return
        self.seen.add(name)
        self.shoot(page, name)
        if self.script:
            steps.demand_narrow(page)
            page.set_viewport_size({"width": 320, "height": 640})
            steps.demand_accessible(page)
            page.set_viewport_size({"width": 360, "height": 640})


def _do_check(page: Page, document: Document, look: _Looker) -> None:
    for _ in range(2):
        look(page, "check-question")
        for option in steps.right_choices(page, document):
            page.locator(f'input[value="{option}"]').check()
        page.get_by_role("button", name="Check answer").click()
        expect(page.get_by_text("That is right.")).to_be_visible()
        look(page, "check-feedback")
        page.get_by_role("link", name="Next question").or_(
            page.get_by_role("link", name="Go to the end")
        ).click()
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_text("You have 2 of 2 points.")).to_be_visible()
    look(page, "check-result")


def test_an_answer_is_saved_on_change_and_found_after_a_reload(
    cast_and_server: tuple[Cast, Server], open_page: OpenPage
) -> None:
    """The script sends the same POST; a second tab, and another browser, find the answer."""
    cast, server = cast_and_server
    page = open_page(server.url)
    steps.begin_final(page, cast["learner"])
    page.locator("fieldset label").nth(1).click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    item = page.locator('input[name="item"]').get_attribute("value")
    other = open_page(server.url)
    steps.sign_in(other, cast["learner"])
    other.goto(f"/learn/trafficking-or-smuggling/quizzes/final?item={item}")
    expect(other.locator("fieldset input").nth(1)).to_be_checked()


def test_a_lost_connection_is_said_and_the_button_sends_again(
    cast_and_server: tuple[Cast, Server], open_page: OpenPage
) -> None:
    """Offline, the page says that nothing was saved; back online, "Save and next" saves it."""
    cast, server = cast_and_server
    page = open_page(server.url)
    steps.begin_final(page, cast["learner"])
    page.context.set_offline(True)
    page.locator("fieldset label").first.click()
    expect(page.get_by_text("Not saved yet.")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Save and next").click()
    page.get_by_text("All questions").click()
    expect(page.get_by_role("link", name="Question 1, answered")).to_be_visible()


def test_the_way_by_keyboard_alone(
    cast_and_server: tuple[Cast, Server], open_page: OpenPage, document: Document
) -> None:
    """Every step with Tab, Enter, Space and the arrows; the focus is always to be seen."""
    cast, server = cast_and_server
    page = open_page(server.url)
    page.goto("/")
    _tab_to(page, "E-mail or service number")
    page.keyboard.type(cast["learner"].email)
    _tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    _enter(page)
    _press(page, "Have a look")
    _press(page, "Begin")
    for _ in document.lessons:
        _press(page, "Mark as done and go on")
        page.goto("/learn/trafficking-or-smuggling/continue")
    page.goto("/learn/trafficking-or-smuggling/quizzes/final")
    _press(page, "Start")
    for _ in range(12):
        wanted = steps.right_choices(page, document)
        for option in wanted:
            _choose(page, option)
        _press(page, "Save and next")
    _press(page, "Submit")
    expect(page.get_by_text("You passed with 12 of 12 points.")).to_be_visible()
    _press(page, "To the module")
    expect(page.get_by_role("link", name="Download as PDF")).to_be_visible()


_FOCUSED = """() => {
  const e = document.activeElement;
  const label = e.labels && e.labels.length ? e.labels[0].textContent : "";
  const style = getComputedStyle(e);
  return {
    name: (label || e.textContent || "").trim().replace(/\\s+/g, " "),
    value: e.value || "", type: e.type || "",
    seen: style.outlineStyle !== "none" || style.boxShadow !== "none"
      || e.matches("input") || e === document.body,
  };
}"""


def _tab_to(page: Page, name: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(_FOCUSED)
        assert focused["seen"], f"the focus on {focused['name']} is not to be seen"
        if focused["name"].startswith(name):
            return
    raise AssertionError(f"{name} can't be reached by Tab on {page.url}")


def _press(page: Page, name: str) -> None:
    _tab_to(page, name)
    _enter(page)


def _enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def _choose(page: Page, option: str) -> None:
    """Tab to the question, then the arrows (one answer) or Tab and Space (several)."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(_FOCUSED)["type"] in ("radio", "checkbox"):
            break
    for _ in range(8):
        focused = page.evaluate(_FOCUSED)
        if focused["value"] == option:
            page.keyboard.press("Space")
            return
        page.keyboard.press("ArrowDown" if focused["type"] == "radio" else "Tab")
    raise AssertionError(f"{option} can't be reached")
