"""The pages on which those who were released by others are accepted."""

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from training.core import clock, headers
from training.core.actors import Ability
from training.core.database import db
from training.core.errors import Refused
from training.core.permissions import actor, allowed
from training.core.work import unit_of_work
from training.people import place_queries, posting_services, transfer_queries
from training.people.person_forms import ReleaseForm, TransferForm
from training.people.place_views import choose_unit
from training.people.transfer_queries import Waiting

blueprint = Blueprint("transfers", __name__, url_prefix="/people/transfers")
blueprint.after_request(headers.no_store)


def init_app(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(blueprint)


@blueprint.get("/")
@allowed(Ability.KEEP_PEOPLE)
def waiting() -> str:
    """Show the transfers that wait for one's answer, and those of one's own people."""
    return render_template(
        "people/transfers.html",
        to_answer=transfer_queries.to_answer(db.session(), actor()),
        released=transfer_queries.released(db.session(), actor()),
    )


@blueprint.post("/chosen")
@allowed(Ability.KEEP_PEOPLE)
def choose_many() -> Response:
    """Take those who were chosen in a list to the page that posts them elsewhere."""
    people = request.form.getlist("person")
    if not people:
        raise Refused(_("Nobody is chosen. Go back and choose whom to post elsewhere."))
    return redirect(url_for(".many", person=people), 303)


@blueprint.get("/many")
@allowed(Ability.KEEP_PEOPLE)
def many() -> str | Response:
    """Show the form that posts several people elsewhere, or first choose the unit."""
    ids = request.args.getlist("person")
    if not ids:
        return redirect(url_for("persons.people"))
    people = transfer_queries.names(db.session(), actor(), ids)
    if not request.args.get("unit"):
        text = request.args.get("q", "")
        places = place_queries.places(db.session(), actor(), Ability.KEEP_PEOPLE, text)
        return choose_unit(_("Post elsewhere"), places, ", ".join(people))
    return _many(people, ReleaseForm(formdata=None, data={"on": clock.today()}))


@blueprint.post("/many")
@allowed(Ability.KEEP_PEOPLE)
def move_many() -> Response | tuple[str, int]:
    """Post several people elsewhere, all of them or nobody."""
    ids, unit = request.args.getlist("person"), request.args.get("unit", "")
    if not ids:
        return redirect(url_for("persons.people"), 303)
    people, form = transfer_queries.names(db.session(), actor(), ids), ReleaseForm()
    if form.validate():
        try:
            with unit_of_work() as work:
                posting_services.transfer_many(
                    actor(), work, people=ids, unit=unit, on=form.on.data
                )
        except Refused as refused:
            form.on.errors = [str(refused)]
        else:
            flash(_("They are posted there from that day on."))
            return redirect(url_for("persons.people", unit=unit), 303)
    return _many(people, form), 422


@blueprint.get("/<uuid:transfer>")
@allowed(Ability.KEEP_PEOPLE)
def acceptance(transfer: object) -> str:
    """Show the form by which somebody is taken, or first choose the unit."""
    asked = transfer_queries.answerable(db.session(), actor(), str(transfer))
    if not request.args.get("unit"):
        text = request.args.get("q", "")
        return choose_unit(
            _("Accept: at which unit?"),
            place_queries.places(
                db.session(), actor(), Ability.KEEP_PEOPLE, text, within=asked.unit
            ),
            asked.name,
        )
    return _page(asked, TransferForm(formdata=None, data={"on": asked.on}))


@blueprint.post("/<uuid:transfer>")
@allowed(Ability.KEEP_PEOPLE)
def accept(transfer: object) -> Response | tuple[str, int]:
    """Take somebody."""
    asked = transfer_queries.answerable(db.session(), actor(), str(transfer))
    form, unit = TransferForm(), request.args.get("unit")
    if not unit:
        return redirect(url_for(".acceptance", transfer=asked.id), 303)
    if form.validate():
        on, number = form.on.data, form.number.data or None
        try:
            with unit_of_work() as work:
                posting_services.accept(
                    actor(), work, transfer=asked.id, unit=unit, on=on, number=number
                )
        except Refused as refused:
            form.on.errors = [str(refused)]
        else:
            flash(_("They are yours from that day on."))
            return redirect(url_for("persons.people"), 303)
    return _page(asked, form), 422


@blueprint.post("/<uuid:transfer>/refusal")
@allowed(Ability.KEEP_PEOPLE)
def decline(transfer: object) -> Response:
    """Refuse somebody: they stay where they are."""
    with unit_of_work() as work:
        posting_services.decline(actor(), work, transfer=str(transfer))
    flash(_("The transfer is declined."))
    return redirect(url_for(".waiting"), 303)


@blueprint.post("/<uuid:transfer>/withdrawal")
@allowed(Ability.KEEP_PEOPLE)
def withdraw(transfer: object) -> Response:
    """Take the release of somebody back."""
    with unit_of_work() as work:
        posting_services.withdraw(actor(), work, transfer=str(transfer))
    flash(_("The release is taken back."))
    return redirect(url_for(".waiting"), 303)


def _many(people: list[str], form: ReleaseForm) -> str:
    unit = request.args.get("unit", "")
    place = place_queries.place_name(db.session(), actor(), Ability.KEEP_PEOPLE, unit)
    return render_template("people/transfer-many.html", people=people, form=form, place=place)


def _page(asked: Waiting, form: TransferForm) -> str:
    unit = request.args.get("unit", "")
    place = place_queries.place_name(db.session(), actor(), Ability.KEEP_PEOPLE, unit)
    return render_template("people/transfer.html", asked=asked, form=form, place=place)
