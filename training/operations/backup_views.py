"""The panel on the administrator's page that says how old the newest backup is."""

from flask import Flask, current_app, render_template
from markupsafe import Markup

from training.core import clock, navigation
from training.operations import backup


def init_app(app: Flask) -> None:
    """Hang the panel into the administrator's page."""
    navigation.add_panel(app, "admin", panel)


def panel() -> Markup:
    """Return the panel: when the newest backup on this machine was made, and if that will do."""
    place = backup.folder(current_app)
    made = backup.last_made(place)
    stale = backup.is_stale(made, clock.moment(clock.now()))
    shown = render_template(
        "operations/backup-panel.html", made=made, stale=stale, folder=str(place)
    )
    return Markup(shown)
