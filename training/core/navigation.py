"""What features above hang into pages below: links of the navigation, panels in pages."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale
from flask import Flask, current_app, g, request
from flask_babel import get_locale
from markupsafe import Markup

from training.core.actors import PersonActor

_LINKS = "waypost.navigation"
_PANELS = "waypost.panels"


@dataclass(frozen=True)
class Link:
    """A link of the navigation: shown where `shown(actor)` holds."""

    prefix: str
    label: Callable[[], str]
    shown: Callable[[PersonActor], bool]


@dataclass(frozen=True)
class ShownLink:
    """A link as the layouts draw it."""

    url: str
    label: str
    current: bool

    @property
    def icon(self) -> str:
        """The name of its picture."""
        return self.url.strip("/")


def init_app(app: Flask) -> None:
    """Give templates `actor`, `navigation` (the links that they may use) and `panels(place)`."""
    app.extensions[_LINKS] = []
    app.extensions[_PANELS] = {}
    app.jinja_env.globals["panels"] = lambda place, **facts: _panels(app, place, **facts)
    app.context_processor(lambda: {"actor": g.get("actor"), "navigation": shown()})


def add_link(app: Flask, link: Link) -> None:
    """Add a link; they stand in the order in which features add them."""
    app.extensions[_LINKS].append(link)


def shown() -> tuple[ShownLink, ...]:
    """Return the links of the reader of this request, found once."""
    if "navigation" not in g:
        g.navigation = _of(g.get("actor"))
    links: tuple[ShownLink, ...] = g.navigation
    return links


def _of(actor: PersonActor | None) -> tuple[ShownLink, ...]:
    if actor is None:
        return ()
    locale = get_locale()
    links: list[Link] = current_app.extensions[_LINKS]
    return tuple(
        ShownLink(link.prefix, _label(link, locale), request.path.startswith(link.prefix))
        for link in links
        if link.shown(actor)
    )


@lru_cache(maxsize=256)
def _label(link: Link, locale: Locale) -> str:
    """The label in the language of this request, which is `locale`."""
    return link.label()


def add_panel(app: Flask, place: str, panel: Callable[..., Markup]) -> None:
    """Hang a panel of a feature above into a page below; `place` names where."""
    app.extensions[_PANELS].setdefault(place, []).append(panel)


def _panels(app: Flask, place: str, **facts: object) -> Markup:
    hung = app.extensions[_PANELS].get(place, [])
    return Markup("").join(panel(**facts) for panel in hung)
