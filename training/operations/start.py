"""What a start does: migrate, load the modules, say who can get in first, serve."""

import logging
import sys

from flask import Flask

from config import Settings, UnsafeSetting, from_environment
from training.app import create_app
from training.content import cli as content
from training.content.services import Loaded
from training.core import migrating
from training.core.actors import System
from training.core.database import db
from training.core.errors import OperatorError
from training.core.work import unit_of_work
from training.operations import health, serving
from training.people import cli as people
from training.people import queries, services

STARTER = System("start")


def start() -> None:
    """Prepare and serve with the settings of the environment; an operator's mistake is one line
    and exit code 1."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        settings = from_environment()
        serving.serve(
            lambda: _prepared(settings),
            host=settings.host,
            port=settings.port,
            processes=settings.processes,
            threads=settings.threads,
        )
    except (UnsafeSetting, OperatorError) as error:
        sys.exit(str(error))


def application() -> Flask:
    """Return the application for commands (`flask --app run …`)."""
    try:
        return create_app(from_environment())
    except UnsafeSetting as error:
        sys.exit(str(error))


def _prepared(settings: Settings) -> Flask:
    app = create_app(settings)
    with app.app_context():
        prepare(app)
        db.session.remove()
        db.engine.dispose()  # a connection must not go over a fork
    return app


def prepare(app: Flask) -> None:
    """Bring the database up to date, load the modules, and print the administrator's link while
    there is no administrator. Raises OperatorError where the clock or a module is wrong."""
    migrating.migrate()
    reasons = health.readiness(db.session()).reasons
    db.session.close()
    if reasons:
        raise OperatorError("; ".join(reasons))
    for module in content.folders(None):
        if content.load_folder(module) is Loaded.NOT_REPLACED:
            print(f"{module.name}: the uploaded version stays; its folder was not loaded")
    if not queries.has_administrator(db.session()):
        with unit_of_work() as work:
            token = services.make_link(STARTER, work, person=None)
        print(f"To create the administrator, open once: {people.link_text(token)}", flush=True)
