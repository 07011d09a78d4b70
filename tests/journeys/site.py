"""A served world in which every page has something on it, opened in browsers."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from tests import pseudo
from tests.apps import NO_ANSWER, opened
from tests.cast import Cast, session_token
from tests.routes import PAGES, filled
from tests.world import make_world
from training.people.sessions import COOKIE


@dataclass(frozen=True)
class Site:
    """Where it is served, who is in it, and what its addresses name."""

    app: Flask
    names: dict[str, str]
    cast: Cast
    url: str

    def pages(self, browser: Browser, language: str) -> Iterator[tuple[str, Page]]:
        """Open each page in a language, as somebody who may see it."""
        for who in sorted({who for _, who in PAGES}):
            with self.context(browser, language, who) as context:
                page = context.new_page()
                for path in [path for path, reader in PAGES if reader == who and _is_html(path)]:
                    page.goto(filled(path, self.names))
                    yield path, page

    @contextmanager
    def context(self, browser: Browser, language: str, who: str) -> Iterator[BrowserContext]:
        """Yield a browser of its own in a language, signed in as somebody or nobody."""
        pseudo.speak(self.app, language)
        context = browser.new_context(base_url=self.url, locale=language, reduced_motion="reduce")
        if who:
            token = session_token(self.app, self.cast[who].id)
            context.add_cookies([{"name": COOKIE, "value": token, "url": self.url}])
        yield context
        context.close()


def _is_html(path: str) -> bool:
    return not path.endswith((".csv", ".pdf", ".zip", "healthz", "readyz"))


@contextmanager
def served(template: Path, folder: Path) -> Iterator[Site]:
    """Serve such a world, made from a database that holds the module, with the languages of the
    tests."""
    shutil.copy(template, folder / "waypost.db")
    catalogues = pseudo.write_catalogues(folder / "catalogues")
    with (
        pseudo.spoken_from(catalogues),
        opened(f"sqlite:///{folder / 'waypost.db'}", folder, mail=NO_ANSWER) as app,
    ):
        names, cast = make_world(app)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Site(app, names, cast, f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()
