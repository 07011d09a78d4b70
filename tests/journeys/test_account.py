"""One's own account in a browser."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.cast import PASSWORD, Cast
from tests.journeys import steps
from tests.server import Server

Site = tuple[Cast, Server]


def test_one_sees_what_one_types(cast_and_server: Site, open_page: Callable[..., Page]) -> None:
    """While the box is ticked, in all fields of the form; it is sent as a password all the same."""
    cast, server = cast_and_server
    page = open_page(server.url)
    page.goto("/sign-in")
    field, box = page.get_by_label("Password"), page.get_by_label("Show what I type")
    for kind in ("text", "password", "text"):
        box.click()
        expect(field).to_have_attribute("type", kind)
    page.get_by_label("E-mail or service number").fill(cast["learner"].email)
    field.fill(PASSWORD)
    page.evaluate(
        "() => addEventListener('submit', () => { window.name = document.querySelector("
        "'[name=password]').type })"
    )
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Not you?")).to_be_visible()
    assert page.evaluate("window.name") == "password"
    page.goto("/account/password")
    page.get_by_label("Show what I type").click()
    for label in ("Present password", "New password", "New password again"):
        expect(page.get_by_label(label, exact=True)).to_have_attribute("type", "text")
    steps.demand_accessible(page)


def test_without_script_nothing_is_offered_that_does_nothing(
    cast_and_server: Site, open_page: Callable[..., Page]
) -> None:
    """Neither the box, nor words that can't be drawn anew."""
    cast, server = cast_and_server
    page = open_page(server.url, script=False)
    steps.sign_in(page, cast["learner"])
    page.goto("/account/password")
    expect(page.get_by_text("Show what I type")).to_be_hidden()
    words = page.locator("form strong[lang=en]")
    before = words.inner_text()
    page.get_by_role("link", name="Draw other words").click()
    expect(words).not_to_have_text(before)
