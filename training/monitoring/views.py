"""The desk's pages: figures by unit, the list of people and its CSV, one person."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask import Blueprint, Flask, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from training.core import headers, navigation
from training.core.actors import Ability
from training.core.database import db
from training.core.permissions import actor, allowed
from training.core.work import unit_of_work
from training.monitoring import kept_figures, people_queries, queries, rules, services
from training.monitoring.forms import filter_form
from training.monitoring.queries import Scope
from training.monitoring.rules import Place
from training.people import request_queries

blueprint = Blueprint("monitoring", __name__, url_prefix="/desk")
blueprint.after_request(headers.no_store)


def init_app(app: Flask) -> None:
    """Add the desk."""
    app.register_blueprint(blueprint)
    kept_figures.init_app(app)
    link = navigation.Link(
        "/desk/", lambda: _("Desk"), lambda actor: actor.may(Ability.SEE_PROGRESS)
    )
    navigation.add_link(app, link)


@blueprint.get("/")
@allowed(Ability.SEE_PROGRESS)
def overview() -> str:
    """Show how many people are on strength, how they stand, and what to do about it, by unit."""
    scope = queries.scope(db.session(), actor(), **_asked("unit", "module"))
    sort = request.args.get("sort", "")
    found = queries.overview(db.session(), actor(), scope, sort)
    standings = people_queries.standing_names()
    labels = {"": _("Unit"), "people": _("On strength"), **standings}
    return render_template(
        "monitoring/overview.html",
        scope=scope,
        overview=found,
        form=filter_form(scope, sort=sort),
        standings=standings,
        columns=[_figure_column(scope, name, label, sort) for name, label in labels.items()],
        days=rules.DAYS,
        waiting=request_queries.waiting(db.session(), actor()),
        way=_way(scope, scope.above) if scope.place else [],
    )


@blueprint.get("/people")
@allowed(Ability.SEE_PROGRESS)
def people() -> str:
    """List people with what they have taken."""
    scope = queries.scope(db.session(), actor(), **_asked("unit", "module", "status"))
    page = request.args.get("page", "")
    found = people_queries.people(db.session(), actor(), scope, page=page)
    _note_seen(scope, "people.listed")
    return render_template(
        "monitoring/people.html",
        scope=scope,
        people=found,
        form=filter_form(scope, by_status=True),
        statuses={**people_queries.standing_names(), **people_queries.status_names()},
        awards=people_queries.award_names(),
        way=_way(scope, (*scope.above, scope.place) if scope.place else ()),
        url_for_page=lambda number: url_for("monitoring.people", page=number, **scope.asked),
    )


@blueprint.get("/people.csv")
@allowed(Ability.SEE_PROGRESS)
def people_csv() -> Response:
    """Send the list of people as a file, whole."""
    file, scope = services.people_csv(actor(), **_asked("unit", "module", "status"))
    _note_seen(scope, "people.exported")
    return send_file(file, "text/csv", as_attachment=True, download_name="people.csv")


@blueprint.get("/people/<person>")
@allowed(Ability.SEE_PROGRESS)
def person(person: str) -> str:
    """Show one person's training; never their answers."""
    scope = queries.scope(db.session(), actor())
    found = people_queries.person_page(db.session(), actor(), scope, person)
    _note_seen(replace(scope, place=found.place), "person.seen", about=person)
    return render_template(
        "monitoring/person.html",
        id=person,
        person=found,
        way=_way(scope, scope.part.path(found.place.id)),
        statuses=people_queries.status_names(),
        awards=people_queries.award_names(),
    )


def _note_seen(scope: Scope, action: str, about: str | None = None) -> None:
    with unit_of_work() as work:
        services.note_seen(actor(), work, scope, action, about=about)


def _figure_column(scope: Scope, name: str, label: str, sort: str) -> dict[str, Any]:
    """Return a column of the units' table; its head leads to the table in its order."""
    order = "descending" if name else "ascending"
    return {
        "label": label,
        "name": name,
        "numeric": bool(name),
        "shown": True,
        "url": url_for("monitoring.overview", **scope.asked, sort=name or None),
        "sorted": order if name == sort else None,
    }


def _way(scope: Scope, places: Iterable[Place]) -> list[dict[str, str]]:
    """Return the breadcrumbs down to the last of `places`, never from above one's own part."""
    module: dict[str, Any] = {"module": scope.module} if scope.module else {}
    way = [
        {"label": place.name, "url": url_for("monitoring.overview", unit=place.id, **module)}
        for place in places
    ]
    if len(scope.part.tops) > 1:
        everything = {"label": _("All my units"), "url": url_for("monitoring.overview", **module)}
        way.insert(0, everything)
    return way


def _asked(*names: str) -> dict[str, Any]:
    return {name: request.args.get(name, "") for name in names}
