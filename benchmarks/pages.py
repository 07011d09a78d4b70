"""What pages weigh and how quickly they come on a weak link, at the first visit and the next."""

from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext

from benchmarks import measures, plans, population
from benchmarks.browser import Link, Visit, visit
from benchmarks.population import Official
from benchmarks.servers import Site
from training.people.sessions import COOKIE

WEAK = Link(round_trip=400, speed=400_000, slowdown=4)
QUIZ = f"{plans.HOME}/quizzes/final"
PAGES = {
    "sign-in": "/sign-in",
    "home": "/learn/",
    "module": f"{plans.HOME}/",
    "lesson": plans.LESSON,
    "quiz question": QUIZ,
}


@dataclass(frozen=True)
class Weight:
    """The visits of one page, by whether the browser had been there before."""

    page: str
    first: list[Visit]
    repeat: list[Visit]


def weighed(browser: Browser, site: Site, page: str, times: int) -> Weight:
    """Visit a page of PAGES with an empty store and then once more, so many times; a time before
    that warms the server up and counts nothing."""
    person = None if page == "sign-in" else at_final(site)
    weight = Weight(page, [], [])
    for turn in range(-1, times):
        context = _context(browser, site, person)
        first, repeat = (visit(context, PAGES[page], WEAK) for _ in range(2))
        context.close()
        if turn >= 0:
            weight.first.append(first)
            weight.repeat.append(repeat)
    return weight


def at_final(site: Site) -> Official:
    """Add somebody who is at the first question of the final."""
    [person] = measures.officials(site, 1, population.at_final)
    return person


def _context(browser: Browser, site: Site, person: Official | None) -> BrowserContext:
    context = browser.new_context(base_url=site.url, viewport={"width": 360, "height": 640})
    if person is not None:
        context.add_cookies([{"name": COOKIE, "value": person.token, "url": site.url}])
    return context
