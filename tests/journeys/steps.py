"""Steps that several journeys share."""

import re
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.cast import PASSWORD, Somebody
from training.content import items
from training.content.schema import Document

_VIOLATIONS = "options => axe.run(options).then(({ violations }) => violations)"
"""What axe found and no more: all that it looked at, handed over, takes longer than looking."""


def sign_in(page: Page, person: Somebody) -> None:
    """Sign in by the form."""
    page.goto("/sign-in")
    page.get_by_label("E-mail or service number").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Not you?")).to_be_visible()


def begin_final(page: Page, person: Somebody) -> None:
    """Sign in, begin the module, and start its final."""
    sign_in(page, person)
    page.get_by_role("link", name="Have a look").click()
    page.get_by_role("button", name="Begin").click()
    page.goto("/learn/trafficking-or-smuggling/quizzes/final")
    page.get_by_role("button", name="Start").click()


def upload(page: Page, folder: Path, data: bytes) -> None:
    """Upload a module in the studio; `folder` is where its file may lie."""
    path = folder / "module.zip"
    path.write_bytes(data)
    page.get_by_label("The module's folder as a .zip file").set_input_files(path)
    page.get_by_role("button", name="Upload and check").click()


def demand_accessible(page: Page) -> None:
    """Fail with what axe finds, or where the page is too wide."""
    demand_narrow(page)
    found = violations(page)
    assert not found, "\n".join(found)


def violations(page: Page, *rules: str) -> list[str]:
    """Return what axe finds on a page (WCAG 2.2 AA and below), or by some of its rules alone.

    The screen is as high as the page meanwhile: what happens to lie under the links at the foot of
    a phone's screen would seem too small to touch.
    """
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": tags}
    size = page.viewport_size
    assert size
    page.set_viewport_size(
        {**size, "height": page.evaluate("document.documentElement.scrollHeight")}
    )
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(_VIOLATIONS, {"runOnly": only, "resultTypes": ["violations"]})
    page.set_viewport_size(size)
    return [
        f"{one['id']}: {', '.join(node['html'][:200] for node in one['nodes'])}" for one in found
    ]


def demand_narrow(page: Page) -> None:
    """Fail where the page is wider than the screen.

    A click waits only until the next page begins; there is nothing to measure before it is there.
    """
    page.wait_for_load_state()
    wider = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wider <= 0, f"{page.url} is {wider} px too wide"


def right_choices(page: Page, document: Document) -> list[str]:
    """Return the options that answer the question on the page rightly, in the page's order."""
    item = page.locator('input[name="item"]').get_attribute("value")
    assert item
    right = items.right_response(document.item(item))
    shown = page.locator('input[name="response"]').evaluate_all("all => all.map(one => one.value)")
    return [option for option in shown if option in right]


def code_on(page: Page) -> str:
    """Return the certificate's code that the page shows."""
    found = re.search(r"/certificates/(\w{16})\.pdf", page.content())
    assert found, page.url
    return found[1]
