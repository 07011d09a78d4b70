"""The first page, help, health for machines, and the administrator's overview."""

from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from training.core import headers, navigation
from training.core.actors import Ability
from training.core.database import db
from training.core.permissions import actor, allowed, public, signed_in
from training.operations import audit_queries, checklist, demo, health
from training.operations.audit_queries import Line
from training.operations.forms import audit_form
from training.records import queries as records

blueprint = Blueprint("operations", __name__)
blueprint.after_request(headers.no_store)


def init_app(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(blueprint)
    demo.init_app(app)
    shown = Ability.RUN
    link = navigation.Link("/admin/", lambda: _("Running Waypost"), lambda a: a.may(shown))
    navigation.add_link(app, link)


@blueprint.get("/")
@signed_in
def first() -> Response:
    """Go to one's training; whoever is not signed in comes to the sign-in."""
    return redirect(url_for("learning.home"))


@blueprint.get("/help/")
@public
def help_() -> str:
    """Show how Waypost is used."""
    return render_template("operations/help.html")


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """Say that the process answers."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@public
def readyz() -> Response:
    """Say whether work can be taken, or why not."""
    reasons = health.readiness(db.session()).reasons
    text = "\n".join(reasons or ("ready",)) + "\n"
    return Response(text, status=503 if reasons else 200, mimetype="text/plain")


@blueprint.get("/admin/")
@allowed(Ability.RUN)
def admin() -> str:
    """Show what an administrator must know."""
    return render_template(
        "operations/admin.html",
        steps=checklist.steps(db.session(), actor()),
        log=records.health(db.session()),
        reasons=health.readiness(db.session()).reasons,
    )


@blueprint.get("/admin/audit")
@allowed(Ability.READ_AUDIT)
def audit() -> str:
    """Show who saw, exported and changed what in the units that one administers."""
    form = audit_form(request.args)
    lines: list[Line] = []
    more = None
    if form.validate():
        asked = form.asked(request.args.get("before"))
        lines, more = audit_queries.entries(db.session(), actor(), asked)
    older: dict[str, Any] = {**request.args, "before": more}
    return render_template(
        "operations/audit.html",
        form=form,
        lines=lines,
        names=audit_queries.action_names(),
        person=form.person.data,
        older=url_for(".audit", **older) if more else None,
    )
