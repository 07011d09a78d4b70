"""Every page at every width, with long words and from right to left, in daylight and in the dark:
nothing is cut, nothing lies on anything else, and axe finds nothing."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests import pseudo
from tests.journeys import steps
from tests.journeys.site import Site
from tests.routes import filled

WIDTHS = (320, 360, 768, 1280)
CONTRAST = "color-contrast"  # all that the dark can change
GEOMETRY = Path(__file__).with_name("geometry.js").read_text(encoding="utf-8")
LESSON = """() => {
  const middle = (selector) => {
    const { left, right } = document.querySelector(selector).getBoundingClientRect();
    return (left + right) / 2 / innerWidth;
  };
  const arrows = [...document.querySelectorAll(".icon--turns")];
  const arrow = arrows.find((one) => one.getClientRects().length);
  const turned = new DOMMatrix(getComputedStyle(arrow).transform).a;
  return { brand: middle(".brand"), person: middle(".person"), arrow: turned };
}"""
MODULE = """() => {
  const ring = getComputedStyle(document.querySelector(".turns")).transform;
  const code = getComputedStyle(document.querySelector("code")).direction;
  return { ring: new DOMMatrix(ring).a, code };
}"""


@pytest.mark.parametrize("language", ["en", pseudo.LONG, pseudo.RIGHT_TO_LEFT])
def test_nothing_is_cut_nothing_lies_on_anything_else_and_axe_finds_nothing(
    site: Site, browser: Browser, language: str
) -> None:
    """In English, in a language that needs more room, and from right to left."""
    faults = []
    for path, page in site.pages(browser, language):
        for width in WIDTHS:
            faults += [f"{path} at {width}: {fault}" for fault in _faults(page, width)]
        faults += [f"{path}: {fault}" for fault in steps.violations(page)]
        page.emulate_media(color_scheme="dark")
        faults += [f"{path} in the dark: {fault}" for fault in steps.violations(page, CONTRAST)]
        page.emulate_media(color_scheme="light")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        ("document.body.style.minInlineSize = '2000px'", "too wide"),
        ("Object.assign(h1.style, {inlineSize: '2em', whiteSpace: 'nowrap'})", "wider than its"),
        ("h1.style.marginBlockEnd = '-3em'", "lies on"),
    ],
)
def test_control_what_is_cut_or_lies_on_something_is_found(
    site: Site, browser: Browser, spoil: str, fault: str
) -> None:
    """On a page that was right before."""
    page = browser.new_page()
    page.goto(f"{site.url}/sign-in")
    assert _faults(page, 360) == []
    page.evaluate(f"() => {{ const h1 = document.querySelector('h1'); {spoil}; }}")
    assert any(fault in found for found in _faults(page, 360))
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_control_what_is_hard_to_read_is_found(site: Site, browser: Browser, scheme: str) -> None:
    """And a field without a name, on a page that was right before."""
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{site.url}/sign-in")
    assert steps.violations(page) == []
    page.evaluate("document.querySelector('h1').style.color = 'var(--line)'")
    page.evaluate("document.querySelector('label').remove()")
    assert [fault.split(":")[0] for fault in steps.violations(page)] == [CONTRAST, "label"]
    page.close()


def test_what_follows_the_text_turns_and_codes_do_not(site: Site, browser: Browser) -> None:
    """From right to left: where the page begins, its arrows and bars; not a code or an address."""
    turned = _looks(site, browser, pseudo.RIGHT_TO_LEFT)
    assert turned["brand"] > 0.5 > turned["person"]
    assert turned["arrow"] == turned["ring"] == -1
    assert turned["code"] == turned["typed code"] == "ltr"
    straight = _looks(site, browser, pseudo.LONG)
    assert straight["brand"] < 0.5 < straight["person"]
    assert straight["arrow"] == straight["ring"] == 1


def _faults(page: Page, width: int) -> list[str]:
    page.set_viewport_size({"width": width, "height": 800})
    faults: list[str] = page.evaluate(GEOMETRY)
    return faults


def _looks(site: Site, browser: Browser, language: str) -> dict[str, Any]:
    """Return where things are on the learner's pages, as shares of the width, and how they turn."""
    with site.context(browser, language, "learner") as context:
        page = context.new_page()
        page.goto(filled("/learn/{module}/lessons/{lesson}", site.names))
        found: dict[str, Any] = page.evaluate(LESSON)
        page.goto(filled("/learn/{module}/", site.names))
        found |= page.evaluate(MODULE)
        page.goto("/verify/")
        typed = page.locator("#code").evaluate("code => getComputedStyle(code).direction")
        return {**found, "typed code": typed}
