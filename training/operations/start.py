"""What a start does: migrate, load the modules, say who can get in first, serve."""

import logging
import sys
from collections.abc import Callable

from flask import Flask

from config import Settings, UnsafeSetting, from_environment
from training.content import cli as content
from training.content.services import Loaded
from training.core import faults, logs, migrating
from training.core.actors import System
from training.core.database import db
from training.core.errors import OperatorError
from training.core.work import unit_of_work
from training.operations import backup, demo, health, presence, serving
from training.operations.clock_work import Due
from training.people import cli as people
from training.people import jobs, queries, services

STARTER = System("start")


MakeApp = Callable[[Settings], Flask]


def start(make_app: MakeApp) -> None:
    """Prepare and serve with the settings of the environment; an operator's mistake, or a database
    that can't be used, is one line and exit code 1."""
    logs.init()
    logging.getLogger("alembic").setLevel(logging.WARNING)
    app = _made(make_app)
    settings: Settings = app.config["SETTINGS"]
    try:
        with presence.serving(settings.instance):
            serving.serve(
                lambda: _prepared(app),
                host=settings.host,
                port=settings.port,
                processes=settings.processes,
                threads=settings.threads,
                trusted_proxies=settings.trusted_proxies,
                daily=[backup.due(app), _erasing(app)],
                before_fork=lambda: _close(app),
            )
    except OperatorError as error:
        sys.exit(str(error))
    except faults.DATABASE as error:
        sys.exit(faults.unusable(error))


def application(make_app: MakeApp) -> Flask:
    """Return the application for commands (`flask --app run …`)."""
    app = _made(make_app)
    migrating.add_commands(app)
    return app


def _made(make_app: MakeApp) -> Flask:
    try:
        return make_app(from_environment())
    except UnsafeSetting as error:
        sys.exit(str(error))


def _erasing(app: Flask) -> Due:
    return Due(
        "erasing old requests for accounts",
        24.0,
        lambda: jobs.requests_erased(app),
        lambda: jobs.erase_requests(app),
    )


def _prepared(app: Flask) -> Flask:
    with app.app_context():
        prepare(app)
    return app


def _close(app: Flask) -> None:
    """A connection must not go over a fork: both sides would talk on it."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _way_back(made: backup.Backup | None) -> str:
    if made is None:
        return "Nothing was changed"
    return (
        "Put the release that ran before back and start it; should it not start, bring everything "
        f"back with: flask --app run backup restore --replace {made.path}"
    )


def prepare(app: Flask) -> None:
    """Bring the database up to date, after a backup where it holds persons; load the modules; and
    print the administrator's link while there is no administrator. Raises OperatorError where the
    backup or the upgrade fails, a newer release made the database, the clock or a module is wrong,
    or production would stand on a database that forgets."""
    if app.config["SETTINGS"].environment == "production":
        with db.engine.connect() as connection:
            health.demand_durable(connection)
    made = backup.create_before_upgrade(app)
    if made:
        print(f"Before the upgrade all was backed up in {made.path}", flush=True)
    try:
        migrating.migrate()
    except OperatorError as error:
        raise OperatorError(f"{error}. {_way_back(made)}") from error
    reasons = health.readiness(db.session()).reasons
    db.session.close()
    if reasons:
        raise OperatorError("; ".join(reasons))
    for module in content.folders(None):
        if content.load_folder(module) is Loaded.NOT_REPLACED:
            print(f"{module.name}: the uploaded version stays; its folder was not loaded")
    demo.demand_apart(db.session())
    if app.config["SETTINGS"].environment == "demo":
        demo.build()
    if not queries.has_administrator(db.session()):
        with unit_of_work() as work:
            token = services.make_link(STARTER, work, person=None)
        print(f"To create the administrator, open once: {people.link_text(token)}", flush=True)
