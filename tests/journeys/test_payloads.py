"""In a real browser no text of a module acts, on any page that shows it."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Dialog, Page, Request

from tests import modules, server, way
from tests.apps import opened
from tests.authoring import tour
from tests.authoring.payloads import PAYLOADS, written_with
from tests.cast import cast_in
from tests.journeys import steps


class Watch:
    """What happens on a page that should not: a dialog, an error or a refusal of the browser's
    policy on its console, a request to another host."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base, self.seen = page, base, list[str]()
        page.on("dialog", self._dialog)
        page.on("pageerror", lambda error: self._note("error", error.message))
        page.on("console", self._console)
        page.on("request", self._request)

    def _note(self, kind: str, words: str) -> None:
        self.seen.append(f"{kind}: {words} on {self.page.url}")

    def _dialog(self, dialog: Dialog) -> None:
        self._note("dialog", dialog.message)
        dialog.dismiss()

    def _console(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self._note("console", said.text)

    def _request(self, sent: Request) -> None:
        if not sent.url.startswith(self.base):
            self._note("request", sent.url)

    def visit(self, address: str) -> str:
        """Open a page and return its text; what acts on it is seen."""
        self.page.goto(address)
        if self.page.evaluate("window.hit") is not None:
            self._note("script", "ran")
        return self.page.content()


def test_nothing_runs_in_a_browser(
    make_database: Callable[[str], str], tmp_path: Path, open_page: Callable[..., Page]
) -> None:
    url = make_database("sqlite")
    with opened(url, tmp_path) as app:
        cast = cast_in(app)
        document = written_with(modules.published(app), PAYLOADS)
        draft = tour.prepare(app, cast, document, note=PAYLOADS[0])
    lesson = f"lessons/{document.lessons[0].id}"
    item = next(item for item in document.items if item.use == "exam")
    shown = f"quizzes/final/items/{item.id}?response={way.wrong(item)[0]}"
    person = cast["learner"].id
    studio, desk = f"/studio/{way.MODULE}/", "/desk/people"
    pages = {
        "learner": ["/learn/", f"{way.HOME}/", f"{way.HOME}/{lesson}", way.FINAL, "/certificates/"],
        "trainer": ["/studio/", studio, draft, f"{draft}{lesson}", f"{draft}{shown}"],
        "coordinator": ["/desk/", desk, f"{desk}/{person}"],
    }
    with server.running(tmp_path, url) as running:
        for who, addresses in pages.items():
            page = open_page(running.url)
            watch = Watch(page, running.url)
            steps.sign_in(page, cast[who])
            for address in addresses:
                assert "hit" in watch.visit(address), address
            assert watch.seen == []
        demand_that_the_watch_sees(watch)


def demand_that_the_watch_sees(watch: Watch) -> None:
    """Put on the page what no page should hold."""
    page = watch.page
    for acting, told in (
        ("<img src=x onerror=window.hit=1>", "inline event handler"),
        ("<img src=https://hit.example/a.png>", "hit.example"),
    ):
        with page.expect_event("console", lambda said, told=told: told in said.text):
            page.evaluate("all => document.body.insertAdjacentHTML('beforeend', all)", acting)
        assert any(told in one for one in watch.seen)
    page.evaluate("alert('hit')")
    assert any(one.startswith("dialog: hit") for one in watch.seen)
