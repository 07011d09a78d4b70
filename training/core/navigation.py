"""What features above hang into pages below: links of the navigation, panels in pages."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, g, request
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


def init_app(app: Flask) -> None:
    """Give templates `actor`, `navigation` (the links that they may use) and `panels(place)`."""
    app.extensions[_LINKS] = []
    app.extensions[_PANELS] = {}
    app.jinja_env.globals["panels"] = lambda place, **facts: _panels(app, place, **facts)
    app.context_processor(lambda: {"actor": g.get("actor"), "navigation": _navigation(app)})


def add_link(app: Flask, link: Link) -> None:
    """Add a link; they stand in the order in which features add them."""
    app.extensions[_LINKS].append(link)


def _navigation(app: Flask) -> list[ShownLink]:
    actor: PersonActor | None = g.get("actor")
    if actor is None:
        return []
    links: list[Link] = app.extensions[_LINKS]
    return [
        ShownLink(link.prefix, link.label(), request.path.startswith(link.prefix))
        for link in links
        if link.shown(actor)
    ]


def add_panel(app: Flask, place: str, panel: Callable[..., Markup]) -> None:
    """Hang a panel of a feature above into a page below; `place` names where."""
    app.extensions[_PANELS].setdefault(place, []).append(panel)


def _panels(app: Flask, place: str, **facts: object) -> Markup:
    hung = app.extensions[_PANELS].get(place, [])
    return Markup("").join(panel(**facts) for panel in hung)
