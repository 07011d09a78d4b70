"""Every page at every width, with long words and from right to left: nothing is cut, nothing lies
on anything else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests import pseudo
from tests.journeys.site import Site
from tests.routes import PAGES, filled

WIDTHS = (320, 360, 768, 1280)
GEOMETRY = Path(__file__).with_name("geometry.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", pseudo.LONG, pseudo.RIGHT_TO_LEFT])
def test_nothing_is_cut_and_nothing_lies_on_anything_else(
    site: Site, browser: Browser, language: str
) -> None:
    """In English, in a language that needs more room, and from right to left."""
    pseudo.speak(site.app, language)
    faults = [
        f"{path} at {width}: {fault}"
        for path, page in _pages(site, browser, language)
        for width in WIDTHS
        for fault in _faults(page, width)
    ]
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


def test_what_follows_the_text_turns_and_codes_do_not(site: Site, browser: Browser) -> None:
    """From right to left: where the page begins, its arrows and bars; not a code or an address."""
    turned = _looks(site, browser, pseudo.RIGHT_TO_LEFT)
    assert turned["brand"] > 0.5 > turned["person"]
    assert turned["arrow"] == turned["ring"] == -1
    assert turned["code"] == turned["typed code"] == "ltr"
    straight = _looks(site, browser, pseudo.LONG)
    assert straight["brand"] < 0.5 < straight["person"]
    assert straight["arrow"] == straight["ring"] == 1


def _pages(site: Site, browser: Browser, language: str) -> Iterator[tuple[str, Page]]:
    """Open each page as somebody who may see it."""
    for who in sorted({who for _, who in PAGES}):
        context = site.context(browser, who, language)
        page = context.new_page()
        for path in [path for path, reader in PAGES if reader == who and _is_html(path)]:
            page.goto(filled(path, site.names))
            yield path, page
        context.close()


def _is_html(path: str) -> bool:
    return not path.endswith((".csv", ".pdf", ".zip", "healthz", "readyz"))


def _faults(page: Page, width: int) -> list[str]:
    page.set_viewport_size({"width": width, "height": 800})
    faults: list[str] = page.evaluate(GEOMETRY)
    return faults


def _looks(site: Site, browser: Browser, language: str) -> dict[str, Any]:
    """Return where things are on the learner's pages, as shares of the width, and how they turn."""
    pseudo.speak(site.app, language)
    context = site.context(browser, "learner", language)
    page = context.new_page()
    found: dict[str, Any] = {}
    page.goto(filled("/learn/{module}/lessons/{lesson}", site.names))
    found |= page.evaluate(
        """() => {
          const middle = (selector) => {
            const { left, right } = document.querySelector(selector).getBoundingClientRect();
            return (left + right) / 2 / innerWidth;
          };
          const arrow = getComputedStyle(document.querySelector(".icon--turns")).transform;
          const turned = new DOMMatrix(arrow).a;
          return { brand: middle(".brand"), person: middle(".person"), arrow: turned };
        }"""
    )
    page.goto(filled("/learn/{module}/", site.names))
    found |= page.evaluate(
        """() => {
          const ring = getComputedStyle(document.querySelector(".turns")).transform;
          const code = getComputedStyle(document.querySelector("code")).direction;
          return { ring: new DOMMatrix(ring).a, code };
        }"""
    )
    page.goto("/verify/")
    found["typed code"] = page.locator("#code").evaluate("code => getComputedStyle(code).direction")
    context.close()
    return found
