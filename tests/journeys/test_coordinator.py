"""The coordinator's and the supervisor's way in a browser, on a phone and on a desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import way
from tests.cast import Cast
from tests.journeys import steps
from tests.journeys.conftest import DESK, PHONE
from tests.server import Server

OTHERS = ("Foreign Learner Person", "Beria")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_who_is_trained_in_one_s_own_part_and_nowhere_else(
    cast_and_server: tuple[Cast, Server],
    open_page: Callable[..., Page],
    shoot: Callable[[Page, str], None],
    size: dict[str, int],
) -> None:
    """Figures by unit, people and modules, one person, the table as CSV."""
    cast, server = cast_and_server
    learner = open_page(server.url)
    steps.sign_in(learner, cast["learner"])
    learner.goto(f"{way.HOME}/")
    learner.get_by_role("button", name="Begin").click()
    page = open_page(server.url, size)

    def look(name: str) -> None:
        shoot(page, name)
        steps.demand_accessible(page)
        for name in OTHERS:
            assert name not in page.content(), page.url

    steps.sign_in(page, cast["coordinator"])
    page.get_by_role("link", name="Desk").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Aruna")
    look("overview")
    page.locator(".tiles").get_by_role("link", name="On strength").click()
    look("people")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download all as CSV").click()
    table = download.value.path().read_text(encoding="utf-8-sig")
    assert "Learner Person" in table
    assert not any(name in table for name in OTHERS)
    page.get_by_role("link", name="Learner Person", exact=True).first.click()
    expect(page.get_by_text("Under way")).to_be_visible()
    look("person")


def test_a_supervisor_sees_their_post(
    cast_and_server: tuple[Cast, Server],
    open_page: Callable[..., Page],
    shoot: Callable[[Page, str], None],
) -> None:
    """Only those who are posted there."""
    cast, server = cast_and_server
    page = open_page(server.url)
    steps.sign_in(page, cast["supervisor"])
    page.goto("/desk/people")
    shoot(page, "people")
    expect(page.get_by_role("link", name="Learner Person", exact=True)).to_be_visible()
    assert "Other Learner Person" not in page.content()
