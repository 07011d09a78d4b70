"""A served world in which every page has something on it, for browsers that look at many pages."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, BrowserContext
from werkzeug.serving import make_server

from tests import pseudo
from tests.apps import opened
from tests.cast import Cast, session_token
from tests.world import make_world
from training.people.sessions import COOKIE


@dataclass(frozen=True)
class Site:
    """Where it is served, who is in it, and what its addresses name."""

    app: Flask
    names: dict[str, str]
    cast: Cast
    url: str

    def context(self, browser: Browser, who: str, language: str = "en") -> BrowserContext:
        """Return a browser of its own in a language, signed in as somebody or nobody."""
        context = browser.new_context(base_url=self.url, locale=language)
        if who:
            token = session_token(self.app, self.cast[who].id)
            context.add_cookies([{"name": COOKIE, "value": token, "url": self.url}])
        return context


@contextmanager
def served(template: Path, folder: Path) -> Iterator[Site]:
    """Serve such a world, made from a database that holds the module, with the languages of the
    tests."""
    shutil.copy(template, folder / "waypost.db")
    catalogues = pseudo.write_catalogues(folder / "catalogues")
    with (
        pseudo.spoken_from(catalogues),
        opened(f"sqlite:///{folder / 'waypost.db'}", folder) as app,
    ):
        names, cast = make_world(app)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Site(app, names, cast, f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()
