"""The pages on which administrators keep the tree of units."""

from collections.abc import Callable

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from training.core import clock, headers
from training.core.actors import Ability
from training.core.database import db
from training.core.errors import Refused
from training.core.forms import Form
from training.core.permissions import actor, allowed
from training.core.work import Work, unit_of_work
from training.people import merge_services, place_queries, unit_queries, unit_services
from training.people.place_views import choose_unit
from training.people.unit_forms import EndForm, NameForm, NewUnitForm, place_form

blueprint = Blueprint("units", __name__, url_prefix="/admin/units")
blueprint.after_request(headers.no_store)
Page = Response | tuple[str, int]


def init_app(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(blueprint)


@blueprint.get("/")
@allowed(Ability.KEEP_UNITS)
def tops() -> str | Response:
    """Go to the top of one's part of the tree, or list them where there are several."""
    found = unit_queries.tops(db.session(), actor())
    if len(found) == 1:
        return redirect(url_for(".unit", unit=found[0].id))
    return render_template("people/units.html", units=found, kinds=unit_queries.kind_names())


@blueprint.get("/<uuid:unit>")
@allowed(Ability.KEEP_UNITS)
def unit(unit: object) -> str:
    """Show a unit, what stands below it, and what can be done with it."""
    return _page(str(unit))


@blueprint.post("/<uuid:unit>/units")
@allowed(Ability.KEEP_UNITS)
def add(unit: object) -> Page:
    """Add a unit below this one."""
    form = NewUnitForm(prefix="new-")

    def do(work: Work) -> None:
        unit_services.add(
            actor(),
            work,
            parent=str(unit),
            name=form.name.data,
            code=form.code.data,
            since=form.since.data,
        )

    return _done(str(unit), "new", form, "name", do, _("The unit is added."))


@blueprint.post("/<uuid:unit>/members")
@allowed(Ability.KEEP_UNITS)
def add_members(unit: object) -> Response:
    """Add the members of the Bali Process that the region lacks."""
    with unit_of_work() as work:
        added = unit_services.add_members(actor(), work, region=str(unit))
    flash(ngettext("%(num)d unit is added.", "%(num)d units are added.", added))
    return redirect(url_for(".unit", unit=unit), 303)


@blueprint.post("/<uuid:unit>/name")
@allowed(Ability.KEEP_UNITS)
def rename(unit: object) -> Page:
    """Give the unit another name or code."""
    form = NameForm(prefix="name-")

    def do(work: Work) -> None:
        unit_services.rename(
            actor(), work, unit=str(unit), name=form.name.data, code=form.code.data
        )

    return _done(str(unit), "name", form, "name", do, _("The name is changed."))


@blueprint.post("/<uuid:unit>/place")
@allowed(Ability.KEEP_UNITS)
def move(unit: object) -> Page:
    """Place the unit below another."""
    form = place_form(unit_queries.unit_page(db.session(), actor(), str(unit)))

    def do(work: Work) -> None:
        unit_services.move(actor(), work, unit=str(unit), parent=form.parent.data or "")

    return _done(str(unit), "place", form, "parent", do, _("The unit has its new place."))


@blueprint.post("/<uuid:unit>/end")
@allowed(Ability.KEEP_UNITS)
def close(unit: object) -> Page:
    """Let the unit end."""
    form = EndForm(prefix="end-")

    def do(work: Work) -> None:
        unit_services.close(actor(), work, unit=str(unit), on=form.on.data)

    return _done(str(unit), "end", form, "on", do, _("The unit ends then."))


@blueprint.post("/<uuid:unit>/reopening")
@allowed(Ability.KEEP_UNITS)
def reopen(unit: object) -> Response:
    """Take the end of the unit back."""
    with unit_of_work() as work:
        unit_services.reopen(actor(), work, unit=str(unit))
    flash(_("The unit is open again. Grant its roles anew."))
    return redirect(url_for(".unit", unit=unit), 303)


@blueprint.get("/<uuid:unit>/merging")
@allowed(Ability.KEEP_UNITS)
def merging(unit: object) -> str:
    """Show what merging this unit into another does, or first choose the other."""
    found = unit_queries.editable(db.session(), actor(), str(unit))
    into = request.args.get("unit")
    if not into:
        text, way = request.args.get("q", ""), (found.name, url_for(".unit", unit=unit))
        others = place_queries.partners(db.session(), actor(), found, text)
        return choose_unit(_("Merge into another unit"), others, found.name, way)
    other = unit_queries.editable(db.session(), actor(), into)
    return render_template("people/merging.html", unit=found, other=other)


@blueprint.post("/<uuid:unit>/merging")
@allowed(Ability.KEEP_UNITS)
def merge(unit: object) -> Response:
    """Merge this unit into another."""
    into = request.args.get("unit")
    if not into:
        return redirect(url_for(".merging", unit=unit), 303)
    with unit_of_work() as work:
        merge_services.merge(actor(), work, unit=str(unit), into=into)
    flash(_("The units are one now."))
    return redirect(url_for(".unit", unit=into), 303)


@blueprint.post("/<uuid:unit>/parting")
@allowed(Ability.KEEP_UNITS)
def part(unit: object) -> Response:
    """Undo a merging."""
    with unit_of_work() as work:
        merge_services.part(actor(), work, unit=str(unit))
    flash(_("The unit is open again. Grant its roles anew."))
    return redirect(url_for(".unit", unit=unit), 303)


def _done(
    unit: str, name: str, form: Form, field: str, do: Callable[[Work], None], said: str
) -> Page:
    """Do what a form asks for and show the unit, or the form again with what is wrong with it."""
    if form.validate():
        try:
            with unit_of_work() as work:
                do(work)
        except Refused as refused:
            form[field].errors = [str(refused)]
        else:
            flash(said)
            return redirect(url_for(".unit", unit=unit), 303)
    return _page(unit, **{name: form}), 422


def _page(unit: str, **sent: Form) -> str:
    """Return the page with its forms: those that were sent as they were sent."""
    page = unit_queries.unit_page(db.session(), actor(), unit)
    named = {"name": page.unit.name, "code": page.unit.code}
    fresh = {
        "new": NewUnitForm(formdata=None, prefix="new-", data={"since": clock.today()}),
        "name": NameForm(formdata=None, prefix="name-", data=named),
        "place": place_form(page),
        "end": EndForm(formdata=None, prefix="end-"),
    }
    return render_template(
        "people/unit.html",
        page=page,
        forms={**fresh, **sent},
        sent=next(iter(sent), None),
        kinds=unit_queries.kind_names(),
    )
