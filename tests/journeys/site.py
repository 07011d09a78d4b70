"""A served world in which every page has something on it, opened in browsers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from tests import pseudo
from tests.cast import Cast, session_token
from tests.routes import PAGES, filled
from training.people.sessions import COOKIE


@dataclass(frozen=True)
class Site:
    """A served world and what its addresses name."""

    app: Flask
    names: dict[str, str]
    cast: Cast
    url: str

    def pages(self, browser: Browser, language: str) -> Iterator[tuple[str, Page]]:
        """Open each page in a language, as somebody who may see it."""
        pseudo.speak(self.app, language)
        for who in sorted({who for _, who in PAGES}):
            with self.context(browser, language, who) as context:
                page = context.new_page()
                for path in [path for path, reader in PAGES if reader == who and _is_html(path)]:
                    page.goto(filled(path, self.names))
                    yield path, page

    @contextmanager
    def context(self, browser: Browser, language: str, who: str) -> Iterator[BrowserContext]:
        """Yield a browser of its own in a language, signed in as somebody or nobody."""
        context = browser.new_context(base_url=self.url, locale=language, reduced_motion="reduce")
        if who:
            token = session_token(self.app, self.cast[who].id)
            context.add_cookies([{"name": COOKIE, "value": token, "url": self.url}])
        yield context
        context.close()


def _is_html(path: str) -> bool:
    return not path.endswith((".csv", ".pdf", ".zip", "healthz", "readyz"))
