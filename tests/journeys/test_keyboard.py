"""Every page by keyboard alone: all that can be pressed or filled in is reached, and seen."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import PHONE
from tests.journeys.site import Site
from tests.routes import filled

# Marks all that Tab should reach; one of a group of radio buttons stands for all.
MARK = """() => {
  const seen = new Set();
  const wanted = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((one) => one.type !== "hidden" && !one.disabled && one.getClientRects().length)
    .filter((one) => !one.closest("details:not([open]) > :not(summary)"))
    .filter((one) => one.type !== "radio" || (!seen.has(one.name) && seen.add(one.name)));
  wanted.forEach((one, at) => { one.dataset.wanted = at; });
  document.body.tabIndex = -1;
  document.body.focus();  // where Tab begins
  return wanted.map((one) => one.outerHTML.slice(0, 120));
}"""

# Says which of them has the focus, and what is wrong with how it is seen.
FOCUSED = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const drawn = one.matches(".choice input") ? one.nextElementSibling : one;
  const style = getComputedStyle(drawn);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const box = drawn.getBoundingClientRect();
  const top = document.elementFromPoint(
    (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2,
    (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2,
  );
  const fault = !outlined ? "its focus is not to be seen"
    : !top || !(drawn.contains(top) || top.contains(drawn)) ? "something lies on it" : "";
  const group = one.type === "radio"
    ? document.querySelector(`input[name="${one.name}"][data-wanted]`) : one;
  const name = one.outerHTML.slice(0, 120);
  return { at: group.dataset.wanted ?? null, fault: fault && `${name}: ${fault}` };
}"""


def faults(page: Page) -> list[str]:
    """Tab through a page, and return what is not reached and what is not seen."""
    wanted = page.evaluate(MARK)
    reached, found = set(), []
    for _ in range(len(wanted) + 10):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            break
        reached.add(focused["at"])
        if focused["fault"]:
            found.append(focused["fault"])
    missed = [name for at, name in enumerate(wanted) if str(at) not in reached]
    return found + [f"{name}: Tab does not reach it" for name in missed]


def test_all_is_reached_by_tab_and_seen(site: Site, browser: Browser) -> None:
    """On a phone's screen, where links stick to its foot."""
    found = []
    for path, page in site.pages(browser, "en"):
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        found += [f"{path}: {fault}" for fault in faults(page)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        ("document.querySelector('main .button').tabIndex = -1", "does not reach it"),
        ("document.querySelector('main .button').style.outline = '0'", "not to be seen"),
        (
            "Object.assign(document.body.appendChild(document.createElement('p')).style, "
            "{position: 'fixed', inset: 0, zIndex: 9})",
            "something lies on it",
        ),
    ],
)
def test_control_what_is_not_reached_or_seen_is_found(
    site: Site, browser: Browser, spoil: str, fault: str
) -> None:
    """On a page that was right before."""
    page = browser.new_page()
    page.goto(f"{site.url}/sign-in")
    assert faults(page) == []
    page.evaluate(f"() => {{ {spoil}; }}")
    assert any(fault in found for found in faults(page))
    page.close()


def test_a_question_says_what_it_is_to_a_screen_reader(site: Site, browser: Browser) -> None:
    """Names and roles of all that stands on it."""
    with site.context(browser, "en", "learner") as context:
        page = context.new_page()
        page.goto(filled("/learn/{module}/quizzes/pre-test", site.names))
        main = page.get_by_role("main")
        prompt = main.locator("legend").inner_text()
        heading = main.get_by_role("heading", level=1)
        expect(heading).to_have_text(re.compile(r"What you know already · Question 1 of \d+"))
        question = main.get_by_role("group", name=prompt, exact=True)
        one = question.locator("input").first.get_attribute("type") == "radio"
        assert one != ("Choose all that apply" in prompt)
        role: Literal["radio", "checkbox"] = "radio" if one else "checkbox"
        for answer in page.locator(".choice__text").all_inner_texts():
            expect(question.get_by_role(role, name=answer, exact=True)).to_have_count(1)
        expect(main.get_by_role("status")).to_have_count(1)
        expect(main.get_by_role("button")).to_have_text(["Save and next"])
        expect(main.get_by_text("All questions")).to_have_count(1)
