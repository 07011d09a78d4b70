"""The pages on which administrators and coordinators import units and people."""

import logging
from uuid import UUID

from flask import Blueprint, Flask, make_response, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from training.core import headers, uploads
from training.core.actors import Ability
from training.core.afterwards import after_answer
from training.core.database import db
from training.core.permissions import actor, allowed
from training.core.work import unit_of_work
from training.people import (
    import_queries,
    import_rules,
    import_services,
    import_staging,
    import_texts,
)
from training.people.import_applying import Changed
from training.people.import_forms import EncodingForm, UploadForm, upload_form
from training.people.import_queries import Scope
from training.people.import_templates import template

UPLOAD_LIMIT = 16 * 2**20
"""How many bytes a table may have."""


_LOOK_AGAIN_SECONDS = 2
log = logging.getLogger("waypost.people")
blueprint = Blueprint("imports", __name__, url_prefix="/admin/import")
blueprint.after_request(headers.no_store)
uploads.take_files(
    blueprint,
    "upload",
    UPLOAD_LIMIT,
    lambda: _("What you sent is larger than this page takes. A table may have up to 16 MB."),
)
Page = str | Response | tuple[str, int]


def init_app(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(blueprint)


@blueprint.get("/")
@allowed(Ability.KEEP_PEOPLE)
def start() -> Page:
    """Show how a table is prepared, and the form that takes it."""
    return _start(upload_form(actor()))


def _start(form: UploadForm) -> str:
    waiting = import_queries.latest(db.session(), actor())
    return render_template(
        "people/import-start.html",
        form=form,
        waiting=waiting,
        columns=import_texts.column_names(),
        heads=import_rules.COLUMNS,
        kinds={choice.value: choice.label for choice in form.kind.choices},
    )


@blueprint.post("/")
@allowed(Ability.KEEP_PEOPLE)
def upload() -> Page:
    """Take a table; its rows are looked at once the answer is out."""
    form = upload_form(actor())
    if not form.validate():
        return _start(form), 422
    import_services.discard(actor())
    with unit_of_work() as work:
        made = import_services.take(
            actor(),
            work,
            kind=form.kind.data,
            content=form.content,
            encoding=form.encoding,
            columns=form.columns,
            rows=form.rows,
        )
    return _onward(made, form.kind.data)


@blueprint.get("/<any(people, units):kind>.<any(csv, xlsx):ending>")
@allowed(Ability.KEEP_PEOPLE)
def empty_table(kind: str, ending: str) -> Response:
    """Send a table that holds its heads alone."""
    content, mimetype = template(kind, ending)
    response = FlaskResponse(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f"attachment; filename={kind}.{ending}"
    return response


@blueprint.get("/<uuid:id>")
@allowed(Ability.KEEP_PEOPLE)
def show(id: UUID) -> Page:
    """Show what a table would do, or how far it is read."""
    deed, number = request.args.get("deed", ""), request.args.get("page", "")
    page = import_queries.import_page(db.session(), actor(), str(id), deed=deed, page=number)
    if page.state == "choosing":
        return _choosing(str(id), page.kind)
    if page.shows_people:
        with unit_of_work() as work:
            import_services.note_seen(actor(), work, id=page.id)
    response = make_response(
        render_template(
            "people/import.html",
            page=page,
            columns=import_texts.column_names(),
            deeds=import_texts.deed_names(),
            kinds=import_texts.kind_names(),
            row_fault=import_texts.row_fault,
            shown=import_texts.shown,
            file_fault=import_texts.file_fault,
            url_for_page=lambda number: url_for(".show", id=id, deed=page.deed, page=number),
        )
    )
    if page.state == "reading" and not page.rests:
        response.headers["Refresh"] = str(_LOOK_AGAIN_SECONDS)
    return response


def _choosing(id: str, kind: str) -> str:
    form = EncodingForm(import_queries.content(db.session(), id), kind)
    return render_template("people/import-encoding.html", id=id, form=form)


@blueprint.post("/<uuid:id>/encoding")
@allowed(Ability.KEEP_PEOPLE)
def choose_encoding(id: UUID) -> Page:
    """Read a table in the encoding that somebody chose."""
    found = import_queries.own(db.session(), actor(), str(id))
    form = EncodingForm(import_queries.content(db.session(), found.id), found.kind)
    if not form.validate():
        return render_template("people/import-encoding.html", id=found.id, form=form), 422
    with unit_of_work() as work:
        import_services.choose_encoding(
            actor(),
            work,
            id=found.id,
            encoding=form.encoding.data,
            columns=form.columns,
            rows=form.rows,
        )
    return _onward(found.id, found.kind)


@blueprint.post("/<uuid:id>/reading")
@allowed(Ability.KEEP_PEOPLE)
def take_up(id: UUID) -> Response:
    """Read a table on from where that broke off."""
    with unit_of_work() as work:
        kind = import_services.take_up(actor(), work, id=str(id))
    return _onward(str(id), kind)


@blueprint.post("/<uuid:id>/confirmation")
@allowed(Ability.KEEP_PEOPLE)
def confirm(id: UUID) -> Response:
    """Do all that was looked at; look anew where people or units have changed since."""
    look = request.form.get("look", "")
    try:
        with unit_of_work() as work:
            import_services.apply(actor(), work, id=str(id), look=look)
    except Changed:
        with unit_of_work() as work:
            kind = import_services.look_anew(actor(), work, id=str(id))
        return _onward(str(id), kind)
    response = redirect(url_for(".show", id=id), 303)
    failed = "what an import no longer needs was not deleted"
    after_answer(response, lambda: import_services.clear([str(id)]), log=log, failed=failed)
    return response


@blueprint.post("/<uuid:id>/discard")
@allowed(Ability.KEEP_PEOPLE)
def discard(id: UUID) -> Response:
    """Forget a table without doing anything."""
    import_queries.own(db.session(), actor(), str(id))
    import_services.discard(actor())
    return redirect(url_for(".start"), 303)


def _onward(id: str, kind: str) -> Response:
    """Lead to the page of an import, and look at its rows once the answer is out."""
    response, scope = redirect(url_for(".show", id=id), 303), Scope(actor(), kind)
    failed = "an import was not read to its end"
    after_answer(response, lambda: import_staging.run(scope, id), log=log, failed=failed)
    return response
