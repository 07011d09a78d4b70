"""The application, put together: configure, extensions, features, errors, commands."""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask_compress import Compress
from itsdangerous import URLSafeTimedSerializer
from jinja2 import StrictUndefined
from sqlalchemy import make_url
from werkzeug.middleware.proxy_fix import ProxyFix

from config import ROOT, Settings
from training.assessment import folds as assessment_folds
from training.authoring import uploads
from training.authoring import views as authoring_views
from training.certificates import folds as certificate_folds
from training.certificates import views as certificate_views
from training.certificates.services import names_printed
from training.content.cli import modules
from training.core import (
    assets,
    csrf,
    database,
    door,
    errors,
    headers,
    hosts,
    locales,
    navigation,
    permissions,
    work,
)
from training.core.database import db
from training.core.turns import Turns
from training.learning import folds as learning_folds
from training.learning import views as learning_views
from training.monitoring import views as monitoring_views
from training.notices import views as notices_views
from training.operations import backup_views, design, health, record_views
from training.operations import views as operations_views
from training.operations.cli import backup
from training.people import (
    account_views,
    import_views,
    passwords,
    person_views,
    refusals,
    request_views,
    role_views,
    sessions,
    slip_views,
    transfer_views,
    unit_views,
)
from training.people import views as people_views
from training.people.cli import people
from training.people.import_cli import import_
from training.records import registry
from training.records.cli import records


class _Flask(Flask):
    """Flask asks of each function that it calls whether it is a coroutine; none is, and asking
    takes a twentieth of a request's time."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


class _Visits(SecureCookieSessionInterface):
    """The signed cookie of visitors, with a signer that is made once."""

    def __init__(self, app: Flask) -> None:
        self._signer = super().get_signing_serializer(app)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return the signer of the one application."""
        return self._signer


def create_app(settings: Settings) -> Flask:
    """Return the application for these settings; it opens no connection yet."""
    app = _Flask(__name__, static_folder=None, template_folder=str(ROOT / "templates"))
    _configure(app, settings)
    _extend(app, settings)
    _add_features(app)
    permissions.demand_rules(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    _make_private(settings)
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        PROVIDE_AUTOMATIC_OPTIONS=False,
        SESSION_COOKIE_NAME=sessions.cookie_name("waypost_visit", secure=settings.secure_cookies),
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        COMPRESS_REGISTER=False,
        COMPRESS_BR_LEVEL=2,  # a third of the time of the usual 4, and 7 % more bytes
        MAX_CONTENT_LENGTH=256 * 1024,
        MAX_FORM_MEMORY_SIZE=256 * 1024,
        SQLALCHEMY_DATABASE_URI=_driver(settings.database_url),
        SQLALCHEMY_ENGINE_OPTIONS=database.engine_options(settings.database_url, settings.threads),
        IDLE_MINUTES=settings.idle_minutes,
        PUBLIC_URL=settings.public_url,
        LOCAL_URL=f"http://{settings.host}:{settings.port}",
    )
    app.session_interface = _Visits(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _make_private(settings: Settings) -> None:
    """What lies on this machine is for nobody else on it: SQLite alone would let all read."""
    settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        with suppress(OSError):  # it is there, or SQLite will say why it can't be
            os.close(os.open(str(url.database), os.O_CREAT | os.O_EXCL, 0o600))


def _driver(url: str) -> str:
    """Name the PostgreSQL driver, so that operators need not."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def _extend(app: Flask, settings: Settings) -> None:
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops)  # type: ignore[method-assign]
    _compress(app)
    assets.init_app(app, settings.instance)
    db.init_app(app)
    with app.app_context():
        database.wire(db.engine)
    app.extensions[work.WRITERS] = _writers(settings)
    app.extensions[work.BEFORE_WRITING] = health.demand_clock
    for queue, name in ((passwords.HASHERS, "hashers"), (uploads.READERS, "readers")):
        path = settings.instance / f"{name}.turn"
        app.extensions[queue] = Turns(path, places=max(1, settings.processes // 2))


def _compress(app: Flask) -> None:
    """The library would compress the nothing of an answer without a body, and say so in it."""
    compress = Compress(app)
    app.after_request(
        lambda answer: answer if answer.status_code == 204 else compress.after_request(answer)
    )


def _writers(settings: Settings) -> Turns | None:
    """On SQLite writers queue on a lock of ours beside the file; PostgreSQL needs none."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        return None
    return Turns(Path(f"{url.database}.turn"))


def _add_features(app: Flask) -> None:
    hosts.init_app(app, host=app.config["SETTINGS"].only_host, anyhow=("/healthz", "/readyz"))
    sessions.init_app(app)
    door.init_app(app)
    permissions.init_app(app)
    csrf.init_app(app)
    locales.init_app(app)
    navigation.init_app(app)
    headers.init_app(app, https=app.config["SESSION_COOKIE_SECURE"])
    errors.init_app(app)
    _add_records(app)
    _add_pages(app)
    people.add_command(import_)
    for group in (people, modules, records, backup):
        app.cli.add_command(group)


def _add_records(app: Flask) -> None:
    """The floors of the folds, from below."""
    log = registry.init_app(app)
    log.register(kinds=assessment_folds.KINDS, fold=assessment_folds.ATTEMPT)
    log.register(kinds=learning_folds.KINDS, fold=learning_folds.ENROLMENT)
    certificate = replace(certificate_folds.CERTIFICATE, texts=names_printed)
    log.register(kinds=certificate_folds.KINDS, fold=certificate)


def _add_pages(app: Flask) -> None:
    people_views.init_app(app)
    account_views.init_app(app)
    unit_views.init_app(app)
    import_views.init_app(app)
    request_views.init_app(app)
    refusals.init_app(app)
    notices_views.init_app(app)
    learning_views.init_app(app)
    certificate_views.init_app(app)
    person_views.init_app(app)
    transfer_views.init_app(app)
    role_views.init_app(app)
    slip_views.init_app(app)
    monitoring_views.init_app(app)
    authoring_views.init_app(app)
    operations_views.init_app(app)
    backup_views.init_app(app)
    record_views.init_app(app)
    design.init_app(app)
