"""What is typed while the connection is gone: said, kept, and offered again."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from config import ROOT
from tests import modules
from tests.authoring import packing
from tests.cast import PASSWORD, Cast
from tests.journeys import steps
from tests.server import Server
from training.content import folder

OFFER = "What you entered here before was not sent."
NOTE = "A title that says more."
Site = tuple[Cast, Server]


def press_without_a_connection(page: Page, button: str) -> None:
    """Send a form into nothing."""
    page.context.set_offline(True)
    page.get_by_role("button", name=button).click()
    page.wait_for_url("chrome-error://**")
    page.context.set_offline(False)


def test_a_note_typed_by_a_trainer_is_offered_again(
    cast_and_server: Site, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    """Once it has been sent, it is not."""
    cast, server = cast_and_server
    document, findings = folder.read_path(ROOT / "modules" / "trafficking-or-smuggling")
    assert document is not None, findings
    page = open_page(server.url)
    steps.sign_in(page, cast["trainer"])
    page.goto("/studio/")
    for title in ("A new title", "Another new title"):
        steps.upload(page, tmp_path, packing.zipped(modules.with_title(document, title)))
        draft = page.url
        page.goto("/studio/")
    page.goto(draft)
    page.get_by_label("What is new in this version?").fill(NOTE)
    press_without_a_connection(page, "Publish")
    page.goto(draft)
    expect(page.get_by_text(OFFER)).to_be_visible()
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_label("What is new in this version?")).to_have_value(NOTE)
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Version 2 is published.")).to_be_visible()
    page.goto("/studio/")
    page.get_by_role("link", name="A new title", exact=True).click()
    expect(page.get_by_label("What is new in this version?")).to_have_value("")
    expect(page.get_by_text(OFFER)).to_be_hidden()


def test_an_answer_that_did_not_arrive_is_offered_again(
    cast_and_server: Site, open_page: Callable[..., Page]
) -> None:
    """Putting it back saves it."""
    cast, server = cast_and_server
    page = open_page(server.url)
    steps.begin_final(page, cast["learner"])
    item = page.locator('input[name="item"]').get_attribute("value")
    question = f"/learn/trafficking-or-smuggling/quizzes/final?item={item}"
    page.context.set_offline(True)
    page.locator("fieldset label").nth(1).click()
    expect(page.get_by_text("Not saved yet.")).to_be_visible()
    expect(page.get_by_text("There seems to be no connection.")).to_be_hidden()
    press_without_a_connection(page, "Save and next")
    page.goto(question)
    expect(page.locator("fieldset input").nth(1)).not_to_be_checked()
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.reload()
    expect(page.locator("fieldset input").nth(1)).to_be_checked()
    expect(page.get_by_text(OFFER)).to_be_hidden()


def test_nobody_finds_what_somebody_else_typed(
    cast_and_server: Site, open_page: Callable[..., Page]
) -> None:
    """Passwords and names are never kept, and signing out empties the store."""
    cast, server = cast_and_server
    page = open_page(server.url)
    steps.begin_final(page, cast["learner"])
    store = "() => JSON.stringify(sessionStorage)"
    assert PASSWORD not in page.evaluate(store)
    assert cast["learner"].email not in page.evaluate(store)
    page.locator("fieldset label").first.click()
    assert "waypost kept" in page.evaluate(store)
    page.get_by_role("button", name="Not you?").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert page.evaluate(store) == "{}"


def test_whoever_signs_in_after_a_session_ended_finds_nothing_of_the_one_before(
    cast_and_server: Site, open_page: Callable[..., Page]
) -> None:
    """In the same window."""
    cast, server = cast_and_server
    page = open_page(server.url)
    steps.begin_final(page, cast["learner"])
    page.locator("fieldset label").first.click()
    kept = "() => Object.keys(sessionStorage).filter((key) => key.startsWith('waypost kept'))"
    page.context.clear_cookies()
    page.goto("/")
    assert len(page.evaluate(kept)) == 1
    steps.sign_in(page, cast["other learner"])
    assert page.evaluate(kept) == []


def test_where_the_server_is_far_a_page_says_that_the_connection_is_gone(
    cast_and_server: Site, open_page: Callable[..., Page]
) -> None:
    """On the machine that serves it would not be true."""
    _, server = cast_and_server
    for host, said in (("127.0.0.1", False), ("post.test", True)):
        page = open_page(server.url)
        page.route(
            "http://post.test/**",
            lambda route: route.fulfill(
                response=route.fetch(url=route.request.url.replace("http://post.test", server.url))
            ),
        )
        page.goto(f"{server.url}/sign-in" if host == "127.0.0.1" else f"http://{host}/sign-in")
        page.context.set_offline(True)
        page.evaluate("() => dispatchEvent(new Event('offline'))")
        assert page.get_by_text("There seems to be no connection.").is_visible() is said
